-- A foreign key of a partitioned table reads every row under a lock: it cannot be NOT VALID first.

-- measured

-- from
CREATE TABLE kinds (kind integer PRIMARY KEY);
CREATE TABLE jobs (id integer, kind integer) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- to
CREATE TABLE kinds (kind integer PRIMARY KEY);
CREATE TABLE jobs (id integer, kind integer REFERENCES kinds) PARTITION BY LIST (kind);
CREATE TABLE jobs_1 PARTITION OF jobs FOR VALUES IN (1);
CREATE TABLE jobs_other PARTITION OF jobs DEFAULT;

-- plan
-- creates foreign key jobs_kind_fkey on jobs
-- hazard add-foreign-key:jobs.jobs_kind_fkey: fails if a row refers to nothing
-- hazard no-online-way:jobs.jobs_kind_fkey: others wait for the table while its rows are checked
-- hazard unindexed-foreign-key:jobs.jobs_kind_fkey: no index begins with kind: whoever deletes a row of kinds waits until all of jobs is read
-- hazard block-writes:jobs: nobody can write to it while jobs_1 and jobs_other are worked on; do that work in a later file
-- hazard block-writes:kinds: nobody can write to it while jobs_1 and jobs_other are worked on; do that work in a later file
-- lock: ShareRowExclusiveLock on jobs, jobs_1, jobs_other, kinds (blocks writes), while jobs_1, jobs_other are read
-- scans: jobs_1, jobs_other

BEGIN;

ALTER TABLE public.jobs ADD CONSTRAINT jobs_kind_fkey FOREIGN KEY (kind) REFERENCES public.kinds(kind);

COMMIT;
