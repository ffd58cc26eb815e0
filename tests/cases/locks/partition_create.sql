-- A new partition reads the default partition.

-- measured
-- one way: whether the rows of a partition go or stay cannot be told

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- to
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
CREATE TABLE jobs_2 PARTITION OF jobs FOR VALUES IN (2);

-- plan
-- creates table jobs_2, table jobs_2 as one of jobs
-- hazard attach-partition:jobs_2: fails if a row of jobs_other is within IN (2): move such rows first
-- hazard scan-under-lock:jobs_other: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on jobs_other (blocks reads and writes) from statement 2 on, while jobs_other is read
-- lock: ShareUpdateExclusiveLock on jobs (blocks neither reads nor writes) from statement 2 on
-- scans: jobs_other

BEGIN;

CREATE TABLE public.jobs_2 (
    id integer,
    kind integer
);

ALTER TABLE public.jobs ATTACH PARTITION public.jobs_2 FOR VALUES IN (2);

COMMIT;
