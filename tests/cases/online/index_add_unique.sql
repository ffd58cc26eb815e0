-- A unique index on a table that is in use: rows may be alike.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text);
CREATE UNIQUE INDEX i ON t (a) WHERE b IS NOT NULL;

-- rows
INSERT INTO t VALUES (1, NULL), (1, NULL), (2, 'x');

-- then
SELECT a, b FROM t ORDER BY a, b;
-- 1 | NULL
-- 1 | NULL
-- 2 | x

-- plan
-- creates index i
-- hazard add-unique:i: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY i ON public.t USING btree (a) WHERE (b IS NOT NULL);
