-- A column under a key and a unique index gets a collation to which other texts are equal.

-- from
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t (a text PRIMARY KEY, b text, c text, d text UNIQUE);
CREATE UNIQUE INDEX t_b ON t (b);
CREATE INDEX t_c ON t (c);

-- to
CREATE COLLATION ci (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE TABLE t (a text COLLATE ci PRIMARY KEY, b varchar COLLATE ci, c text COLLATE ci, d text COLLATE "C" UNIQUE);
CREATE UNIQUE INDEX t_b ON t (b);
CREATE INDEX t_c ON t (c);

-- rows
INSERT INTO t VALUES ('a', 'a', 'a', 'a'), ('b', 'b', 'A', 'A');

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.b, column t.c, column t.d
-- hazard change-collation:t.a: its values are compared and sorted otherwise
-- hazard add-unique:t.t_pkey: fails if two rows are alike to the new collation
-- hazard change-collation:t.b: its values are compared and sorted otherwise
-- hazard add-unique:t_b: fails if two rows are alike to the new collation
-- hazard change-collation:t.c: its values are compared and sorted otherwise
-- hazard change-collation:t.d: its values are compared and sorted otherwise

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE text COLLATE public.ci,
    ALTER COLUMN b TYPE character varying COLLATE public.ci,
    ALTER COLUMN c TYPE text COLLATE public.ci,
    ALTER COLUMN d TYPE text COLLATE pg_catalog."C";

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b, column t.c, column t.d

BEGIN;

ANALYZE public.t (a, b, c, d);

COMMIT;
