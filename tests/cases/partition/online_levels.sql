-- An index on two levels, with a default partition, and a partition that has its own one already.

-- measured

-- from
CREATE TABLE t (id integer, at date, note text) PARTITION BY RANGE (at);
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (id);
CREATE TABLE t_old_0 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t_old_1 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE INDEX had_it ON t_old_1 (note);

-- to
CREATE TABLE t (id integer, at date, note text) PARTITION BY RANGE (at);
CREATE TABLE t_old PARTITION OF t FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY HASH (id);
CREATE TABLE t_old_0 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE t_old_1 PARTITION OF t_old FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
CREATE INDEX had_it ON t_old_1 (note);
CREATE INDEX t_note ON t (note);

-- rows
INSERT INTO t SELECT n, date '2020-06-01' + n * 10, 'a' FROM generate_series(1, 50) AS n;

-- plan
-- file 1 of 3, outside a transaction: creates index t_old_0_note_idx
-- lock: ShareUpdateExclusiveLock on t_old_0 (blocks neither reads nor writes)
-- scans: t_old_0

CREATE INDEX CONCURRENTLY t_old_0_note_idx ON public.t_old_0 USING btree (note);

-- file 2 of 3, outside a transaction: creates index t_rest_note_idx
-- lock: ShareUpdateExclusiveLock on t_rest (blocks neither reads nor writes)
-- scans: t_rest

CREATE INDEX CONCURRENTLY t_rest_note_idx ON public.t_rest USING btree (note);

-- file 3 of 3, in a transaction: creates index t_old_note_idx, index t_note
-- lock: ShareLock on t (blocks writes)
-- lock: ShareLock on t_old, t_old_0, t_old_1 (blocks writes) from statement 2 on
-- lock: ShareLock on t_rest (blocks writes) from statement 3 on

BEGIN;

LOCK TABLE ONLY public.t IN SHARE MODE;

CREATE INDEX t_old_note_idx ON public.t_old USING btree (note);

CREATE INDEX t_note ON public.t USING btree (note);

COMMIT;
