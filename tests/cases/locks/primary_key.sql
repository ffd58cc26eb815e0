-- A primary key on a column that may hold NULL.

-- measured

-- from
CREATE TABLE dramas (id integer, title text);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);

-- plan
-- hazard set-not-null:dramas.id: fails if a row has NULL; to fill such rows: --fill dramas.id='…'
-- hazard scan-under-lock:dramas: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
-- scans: dramas
ALTER TABLE "public"."dramas" ALTER COLUMN "id" SET NOT NULL;

-- hazard add-unique:dramas.dramas_pkey: fails if two rows are alike
-- hazard scan-under-lock:dramas: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
-- scans: dramas
ALTER TABLE "public"."dramas" ADD CONSTRAINT "dramas_pkey" PRIMARY KEY (id);
