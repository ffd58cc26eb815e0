-- A range type that nothing uses gets another subtype.

-- from
CREATE TYPE span AS RANGE (SUBTYPE = integer);

-- to
CREATE TYPE span AS RANGE (SUBTYPE = bigint);

-- plan
-- creates type span; drops type span

BEGIN;

DROP TYPE public.span;
CREATE TYPE public.span AS RANGE (SUBTYPE = bigint, MULTIRANGE_TYPE_NAME = public.span_multirange);

COMMIT;
