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
-- hazard scan-under-lock:jobs_1: nobody can write to it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: ShareLock on jobs_1 (blocks writes)
-- scans: jobs_1
CREATE INDEX "jobs_1_id_idx" ON "public"."jobs_1" USING btree (id);

-- hazard scan-under-lock:jobs_other: nobody can write to it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- hazard block-writes:jobs_1: nobody can write to it while jobs_other is worked on; do that work in a later file
-- lock: ShareLock on jobs_other (blocks writes)
-- still held: ShareLock on jobs_1 (blocks writes)
-- scans: jobs_other
CREATE INDEX "jobs_other_id_idx" ON "public"."jobs_other" USING btree (id);

-- lock: ShareLock on jobs, jobs_1, jobs_other (blocks writes)
CREATE INDEX "jobs_id" ON "public"."jobs" USING btree (id);
