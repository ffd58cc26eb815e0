-- An index of a partitioned table reads every partition.

-- measured

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- to
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;
CREATE INDEX jobs_id ON jobs (id);

-- plan
-- file 1 of 3, outside a transaction: creates index jobs_1_id_idx
-- lock: ShareUpdateExclusiveLock on jobs_1 (blocks neither reads nor writes)
-- scans: jobs_1

CREATE INDEX CONCURRENTLY jobs_1_id_idx ON public.jobs_1 USING btree (id);

-- file 2 of 3, outside a transaction: creates index jobs_other_id_idx
-- lock: ShareUpdateExclusiveLock on jobs_other (blocks neither reads nor writes)
-- scans: jobs_other

CREATE INDEX CONCURRENTLY jobs_other_id_idx ON public.jobs_other USING btree (id);

-- file 3 of 3, in a transaction: creates index jobs_id
-- lock: ShareLock on jobs, jobs_1, jobs_other (blocks writes)

BEGIN;

CREATE INDEX jobs_id ON public.jobs USING btree (id);

COMMIT;
