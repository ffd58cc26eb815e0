-- A view calls what makes a range and a multirange.

-- from

-- to
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE VIEW v AS SELECT span(1, 2) AS one, span_multirange(span(1, 2)) AS many;

-- plan
-- creates type span, view v

BEGIN;

CREATE TYPE public.span AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.span_multirange);

CREATE VIEW public.v AS
 SELECT public.span(1, 2) AS one,
    public.span_multirange(public.span(1, 2)) AS many;

COMMIT;
