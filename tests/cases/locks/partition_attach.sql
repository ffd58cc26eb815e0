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
-- creates table jobs_2 as one of jobs
-- hazard attach-partition:jobs_2: fails if a row is not within IN (2), or one of jobs_other is
-- hazard scan-under-lock:jobs_2: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- hazard scan-under-lock:jobs_other: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on jobs_2, jobs_other (blocks reads and writes), while jobs_2, jobs_other are read
-- lock: ShareUpdateExclusiveLock on jobs (blocks neither reads nor writes)
-- scans: jobs_2, jobs_other

BEGIN;

ALTER TABLE public.jobs ATTACH PARTITION public.jobs_2 FOR VALUES IN (2);

COMMIT;
