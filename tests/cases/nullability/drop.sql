-- NULL is allowed.

-- from
CREATE TABLE t (a integer NOT NULL);

-- to
CREATE TABLE t (a integer);

-- plan
-- changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL;

COMMIT;
