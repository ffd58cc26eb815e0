-- A range type has the name that an enum had.

-- from
CREATE TYPE x AS ENUM ('a');

-- to
CREATE TYPE x AS RANGE (SUBTYPE = integer);

-- plan
-- creates type x; drops enum x
-- hazard drop-type:x: a program that names it fails

BEGIN;

DROP TYPE public.x;

CREATE TYPE public.x AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = public.x_multirange);

COMMIT;
