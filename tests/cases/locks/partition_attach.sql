-- A table that becomes a partition is read, and so is the default partition.

-- measured

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
CREATE TABLE jobs_2 (id integer, kind integer);

-- to
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES IN (2);

-- plan
-- file 1 of 3, in a transaction: creates table jobs_2 as one of jobs
-- lock: AccessExclusiveLock on jobs_2 (blocks reads and writes)

BEGIN;

ALTER TABLE public.jobs_2 ADD CONSTRAINT feedstock_new_bound CHECK (kind IS NOT NULL AND kind IN (2)) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates table jobs_2 as one of jobs
-- hazard long-validation:jobs_2: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on jobs_2 (blocks neither reads nor writes)
-- scans: jobs_2

BEGIN;

ALTER TABLE public.jobs_2 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 3 of 3, in a transaction: creates table jobs_2 as one of jobs
-- hazard attach-partition:jobs_2: fails if a row is not within IN (2), or one of jobs_other is
-- hazard scan-under-lock:jobs_other: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- hazard block-reads:jobs_2: nobody can read or write it while jobs_other is worked on; do that work in a later file
-- lock: AccessExclusiveLock on jobs_2, jobs_other (blocks reads and writes), while jobs_other is read
-- lock: ShareUpdateExclusiveLock on jobs (blocks neither reads nor writes)
-- scans: jobs_other

BEGIN;

ALTER TABLE public.jobs ATTACH PARTITION public.jobs_2 FOR VALUES IN (2);
ALTER TABLE public.jobs_2 DROP CONSTRAINT feedstock_new_bound;

COMMIT;
