-- An index of a partitioned table goes under a lock: there is no CONCURRENTLY for it.

-- measured

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
CREATE INDEX jobs_id ON jobs (id);

-- to
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- plan
-- drops index jobs_id
-- hazard drop-index:jobs_id: queries that used it become slow
-- lock: AccessExclusiveLock on jobs, jobs_1, jobs_other (blocks reads and writes)

BEGIN;

DROP INDEX public.jobs_id;

COMMIT;
