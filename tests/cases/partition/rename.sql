-- A partitioned table, a partition and a column get other names.
-- renamed: table t -> u
-- renamed: table t_1 -> u_1
-- renamed: column u.n -> u.m

-- from
CREATE TABLE t (id integer, n integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX ON t (n);

-- to
CREATE TABLE u (id integer, m integer, note text, UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE u_1 PARTITION OF u FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF u FOR VALUES IN (2);
CREATE INDEX ON u (m);

-- plan
-- renames table t, table t_1, column u.n, constraint t_id_key on u, constraint t_1_id_key on u_1 and 3 more
-- hazard rename-table:t: a program that still uses the old name fails
-- hazard rename-table:t_1: a program that still uses the old name fails
-- hazard rename-column:u.n: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME TO u;

ALTER TABLE public.t_1 RENAME TO u_1;

ALTER TABLE public.u RENAME COLUMN n TO m;

ALTER TABLE public.u RENAME CONSTRAINT t_id_key TO u_id_key;

ALTER TABLE public.u_1 RENAME CONSTRAINT t_1_id_key TO u_1_id_key;

ALTER INDEX public.t_1_n_idx RENAME TO u_1_m_idx;

ALTER INDEX public.t_2_n_idx RENAME TO t_2_m_idx;

ALTER INDEX public.t_n_idx RENAME TO u_m_idx;

COMMIT;
