-- A range type comes, another goes.

-- from
CREATE TYPE old AS RANGE (SUBTYPE = integer);

-- to
CREATE TYPE span AS RANGE (SUBTYPE = double precision);
COMMENT ON TYPE span IS 'from and to';

-- plan
-- creates type span; drops type old
-- hazard drop-type:old: a program that names it fails

BEGIN;

CREATE TYPE public.span AS RANGE (SUBTYPE = double precision, MULTIRANGE_TYPE_NAME = public.span_multirange);
COMMENT ON TYPE public.span IS 'from and to';

DROP TYPE public.old;

COMMIT;
