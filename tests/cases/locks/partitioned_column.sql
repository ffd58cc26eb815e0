-- A column of a partitioned table locks every partition.

-- measured

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- to
CREATE TABLE jobs (id integer, kind integer, note text) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- plan
-- creates column jobs.note
-- lock: AccessExclusiveLock on jobs, jobs_1, jobs_other (blocks reads and writes)

BEGIN;

ALTER TABLE public.jobs ADD COLUMN note text;

COMMIT;
