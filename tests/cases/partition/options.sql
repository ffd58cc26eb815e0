-- Storage parameters, unlogged tables and row security of one partition alone.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE t_1 SET (fillfactor = 70);
ALTER TABLE t_2 SET UNLOGGED;
ALTER TABLE t_1 ENABLE ROW LEVEL SECURITY;

-- plan
-- file 1 of 2, in a transaction: changes table t_1
-- hazard row-security:t_1: whoever is not its owner sees and writes no row, since no policy allows any

BEGIN;

ALTER TABLE public.t_1 SET (fillfactor=70);
ALTER TABLE public.t_1 ENABLE ROW LEVEL SECURITY;

COMMIT;

-- file 2 of 2, in a transaction: changes table t_2
-- hazard unlogged:t_2: a crash empties it, and standbys do not have its rows

BEGIN;

ALTER TABLE public.t_2 SET UNLOGGED;

COMMIT;
