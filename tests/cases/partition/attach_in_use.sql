-- A table in use becomes a partition without a pass under a lock: a valid check says that its rows belong there.
-- measured

-- from
CREATE TABLE p (at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE p_2029 PARTITION OF p FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
CREATE TABLE p_2030 (at date NOT NULL, note text);
CREATE TABLE l (kind text NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE l_a (kind text NOT NULL);

-- to
CREATE TABLE p (at date NOT NULL, note text) PARTITION BY RANGE (at);
CREATE TABLE p_2029 PARTITION OF p FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');
CREATE TABLE p_2030 PARTITION OF p FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);
CREATE TABLE l (kind text NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE l_a PARTITION OF l FOR VALUES IN ('a', 'it''s, (a)');

-- rows
INSERT INTO p_2030 VALUES ('2031-02-03', 'x');
INSERT INTO l_a VALUES ('a');

-- then
SELECT note FROM p;
-- x
SELECT kind FROM l;
-- a

-- plan
-- file 1 of 3, in a transaction: creates table l_a as one of l, table p_2030 as one of p
-- hazard block-reads:l_a: nobody can read or write it while this statement waits for its lock on p_2030; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on l_a (blocks reads and writes)
-- lock: AccessExclusiveLock on p_2030 (blocks reads and writes) from statement 2 on

BEGIN;

ALTER TABLE public.l_a ADD CONSTRAINT feedstock_new_bound CHECK (kind IS NOT NULL AND kind IN ('a', 'it''s, (a)')) NOT VALID;

ALTER TABLE public.p_2030 ADD CONSTRAINT feedstock_new_bound CHECK (at IS NOT NULL AND at >= '2030-01-01') NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates table l_a as one of l, table p_2030 as one of p
-- hazard attach-partition:l_a: fails if a row is not within IN ('a', 'it''s, (a)')
-- hazard long-validation:l_a: reads every row; nobody waits for it, and it may take its time
-- hazard attach-partition:p_2030: fails if a row is not within FROM ('2030-01-01') TO (MAXVALUE)
-- hazard long-validation:p_2030: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on l_a (blocks neither reads nor writes)
-- lock: ShareUpdateExclusiveLock on p_2030 (blocks neither reads nor writes) from statement 2 on
-- scans: l_a, p_2030

BEGIN;

ALTER TABLE public.l_a VALIDATE CONSTRAINT feedstock_new_bound;

ALTER TABLE public.p_2030 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 3 of 3, in a transaction: creates table l_a as one of l, table p_2030 as one of p
-- hazard block-reads:l_a: nobody can read or write it while this statement waits for its lock on p and p_2030; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on l_a (blocks reads and writes)
-- lock: AccessExclusiveLock on p_2030 (blocks reads and writes) from statement 3 on
-- lock: ShareUpdateExclusiveLock on l (blocks neither reads nor writes)
-- lock: ShareUpdateExclusiveLock on p (blocks neither reads nor writes) from statement 3 on

BEGIN;

ALTER TABLE public.l ATTACH PARTITION public.l_a FOR VALUES IN ('a', 'it''s, (a)');
ALTER TABLE public.l_a DROP CONSTRAINT feedstock_new_bound;

ALTER TABLE public.p ATTACH PARTITION public.p_2030 FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);
ALTER TABLE public.p_2030 DROP CONSTRAINT feedstock_new_bound;

COMMIT;

-- plan from 18
-- file 1 of 3, in a transaction: creates table l_a as one of l, table p_2030 as one of p; renames constraint l_a_kind_not_null on l_a, constraint p_2030_at_not_null on p_2030
-- hazard block-reads:l_a: nobody can read or write it while this statement waits for its lock on p_2030; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on l_a (blocks reads and writes)
-- lock: AccessExclusiveLock on p_2030 (blocks reads and writes) from statement 2 on

BEGIN;

ALTER TABLE public.l_a RENAME CONSTRAINT l_a_kind_not_null TO l_kind_not_null;

ALTER TABLE public.p_2030 RENAME CONSTRAINT p_2030_at_not_null TO p_at_not_null;

ALTER TABLE public.l_a ADD CONSTRAINT feedstock_new_bound CHECK (kind IS NOT NULL AND kind IN ('a', 'it''s, (a)')) NOT VALID;

ALTER TABLE public.p_2030 ADD CONSTRAINT feedstock_new_bound CHECK (at IS NOT NULL AND at >= '2030-01-01') NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates table l_a as one of l, table p_2030 as one of p
-- hazard attach-partition:l_a: fails if a row is not within IN ('a', 'it''s, (a)')
-- hazard long-validation:l_a: reads every row; nobody waits for it, and it may take its time
-- hazard attach-partition:p_2030: fails if a row is not within FROM ('2030-01-01') TO (MAXVALUE)
-- hazard long-validation:p_2030: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on l_a (blocks neither reads nor writes)
-- lock: ShareUpdateExclusiveLock on p_2030 (blocks neither reads nor writes) from statement 2 on
-- scans: l_a, p_2030

BEGIN;

ALTER TABLE public.l_a VALIDATE CONSTRAINT feedstock_new_bound;

ALTER TABLE public.p_2030 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 3 of 3, in a transaction: creates table l_a as one of l, table p_2030 as one of p
-- hazard block-reads:l_a: nobody can read or write it while this statement waits for its lock on p and p_2030; a file of its own for each table keeps the wait short
-- lock: AccessExclusiveLock on l_a (blocks reads and writes)
-- lock: AccessExclusiveLock on p_2030 (blocks reads and writes) from statement 3 on
-- lock: ShareUpdateExclusiveLock on l (blocks neither reads nor writes)
-- lock: ShareUpdateExclusiveLock on p (blocks neither reads nor writes) from statement 3 on

BEGIN;

ALTER TABLE public.l ATTACH PARTITION public.l_a FOR VALUES IN ('a', 'it''s, (a)');
ALTER TABLE public.l_a DROP CONSTRAINT feedstock_new_bound;

ALTER TABLE public.p ATTACH PARTITION public.p_2030 FOR VALUES FROM ('2030-01-01') TO (MAXVALUE);
ALTER TABLE public.p_2030 DROP CONSTRAINT feedstock_new_bound;

COMMIT;
