-- A generated column is computed otherwise.

-- from
CREATE TABLE t (id integer, n integer, note text, d integer GENERATED ALWAYS AS (n * 2) STORED) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_d ON t (d);

-- to
CREATE TABLE t (id integer, n integer, note text, d integer GENERATED ALWAYS AS (n * 3) STORED) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_d ON t (d);

-- rows
INSERT INTO t VALUES (1, 1, 'a');

-- then
SELECT d FROM t;
-- 3

-- plan
-- file 1 of 4, in a transaction: creates column t.d; drops column t.d

BEGIN;

ALTER TABLE public.t DROP COLUMN d;
ALTER TABLE public.t ADD COLUMN d integer GENERATED ALWAYS AS ((n * 3)) STORED;

COMMIT;

-- file 2 of 4, outside a transaction: creates index t_1_d_idx

CREATE INDEX CONCURRENTLY t_1_d_idx ON public.t_1 USING btree (d);

-- file 3 of 4, outside a transaction: creates index t_2_d_idx

CREATE INDEX CONCURRENTLY t_2_d_idx ON public.t_2 USING btree (d);

-- file 4 of 4, in a transaction: creates index t_d

BEGIN;

CREATE INDEX t_d ON public.t USING btree (d);

COMMIT;
