-- No NULL any more in a partitioned table: the check that holds spares each partition the reading.

-- measured

-- from
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- to
CREATE TABLE jobs (id integer NOT NULL, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- plan
-- file 1 of 3, in a transaction: changes column jobs.id
-- hazard required-column:jobs.id: a program that does not write it fails from here on
-- lock: AccessExclusiveLock on jobs, jobs_1, jobs_other (blocks reads and writes)

BEGIN;

ALTER TABLE public.jobs ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column jobs.id
-- hazard set-not-null:jobs.id: fails if a row has NULL; to fill such rows: --fill jobs.id='…'
-- hazard long-validation:jobs: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on jobs, jobs_1, jobs_other (blocks neither reads nor writes)
-- scans: jobs_1, jobs_other

BEGIN;

ALTER TABLE public.jobs VALIDATE CONSTRAINT feedstock_new_id_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column jobs.id
-- lock: AccessExclusiveLock on jobs, jobs_1, jobs_other (blocks reads and writes)

BEGIN;

ALTER TABLE public.jobs ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.jobs DROP CONSTRAINT feedstock_new_id_not_null;

COMMIT;
