-- Two enums whose names begin alike lose a value each.
-- allow: drop-enum-value:generation_status.x
-- allow: drop-enum-value:generation_status_old.x

-- from
CREATE TYPE generation_status AS ENUM ('a', 'x');
CREATE TYPE generation_status_old AS ENUM ('a', 'x');
CREATE TABLE t (a generation_status, b generation_status_old);

-- to
CREATE TYPE generation_status AS ENUM ('a');
CREATE TYPE generation_status_old AS ENUM ('a');
CREATE TABLE t (a generation_status, b generation_status_old);

-- plan
-- file 1 of 2, in a transaction: changes enum generation_status, enum generation_status_old, column t.a, column t.b
-- hazard drop-enum-value:generation_status.x: fails if a row has the label; rows must be changed first
-- hazard drop-enum-value:generation_status_old.x: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TYPE public.generation_status RENAME TO feedstock_old_generation_status;
CREATE TYPE public.generation_status AS ENUM ('a');

ALTER TYPE public.generation_status_old RENAME TO feedstock_old_generation_status_old;
CREATE TYPE public.generation_status_old AS ENUM ('a');

ALTER TABLE public.t ALTER COLUMN a TYPE public.generation_status USING a::text::public.generation_status,
    ALTER COLUMN b TYPE public.generation_status_old USING b::text::public.generation_status_old;

DROP TYPE public.feedstock_old_generation_status_old;

DROP TYPE public.feedstock_old_generation_status;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
