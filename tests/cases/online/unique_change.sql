-- A unique constraint gets a column: at every moment one of the two holds.

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a));

-- to
CREATE TABLE t (a integer, b integer, CONSTRAINT u UNIQUE (a, b));

-- rows
INSERT INTO t VALUES (1, 1), (2, 1);

-- then
INSERT INTO t VALUES (1, 2);
SELECT * FROM t ORDER BY 1, 2;
-- 1 | 1
-- 1 | 2
-- 2 | 1

-- plan
-- file 1 of 2, outside a transaction: creates constraint u on t
-- hazard add-unique:t.u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u ON public.t USING btree (a, b);

-- file 2 of 2, in a transaction: creates constraint u on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT u;
ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX feedstock_new_u;

COMMIT;
