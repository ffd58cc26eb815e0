-- The collation of a column comes, changes and goes.

-- from
CREATE TABLE t (a text, b text COLLATE "C", c text COLLATE "C");

-- to
CREATE TABLE t (a text COLLATE "C", b text COLLATE "POSIX", c text);

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.b, column t.c
-- hazard change-collation:t.a: its values are compared and sorted otherwise
-- hazard change-collation:t.b: its values are compared and sorted otherwise
-- hazard change-collation:t.c: its values are compared and sorted otherwise

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE text COLLATE pg_catalog."C",
    ALTER COLUMN b TYPE text COLLATE pg_catalog."POSIX",
    ALTER COLUMN c TYPE text COLLATE pg_catalog."default";

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b, column t.c

BEGIN;

ANALYZE public.t (a, b, c);

COMMIT;
