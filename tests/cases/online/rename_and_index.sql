-- A column is renamed and gets an index: the rename comes first.
-- renamed: column t.a -> t.c

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (c integer, b text);
CREATE INDEX i ON t (c);

-- plan
-- file 1 of 2, in a transaction: renames column t.a
-- hazard rename-column:t.a: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME COLUMN a TO c;

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (c);
