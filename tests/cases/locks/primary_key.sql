-- A primary key on a column that may hold NULL.

-- measured

-- from
CREATE TABLE dramas (id integer, title text);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);

-- plan
-- file 1 of 4: a transaction of its own

-- hazard required-column:dramas.id: a program that does not write it fails from here on
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
ALTER TABLE "public"."dramas" ADD CONSTRAINT "feedstock_new_id_not_null" CHECK ("id" IS NOT NULL) NOT VALID;

-- file 2 of 4: outside a transaction

-- hazard add-unique:dramas.dramas_pkey: fails if two rows are alike
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas
-- runs outside of a transaction
CREATE UNIQUE INDEX CONCURRENTLY "dramas_pkey" ON "public"."dramas" USING btree (id);

-- file 3 of 4: a transaction of its own

-- hazard set-not-null:dramas.id: fails if a row has NULL; to fill such rows: --fill dramas.id='…'
-- hazard long-validation:dramas: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)
-- scans: dramas
ALTER TABLE "public"."dramas" VALIDATE CONSTRAINT "feedstock_new_id_not_null";

-- file 4 of 4: a transaction of its own

-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
ALTER TABLE "public"."dramas" ALTER COLUMN "id" SET NOT NULL;
-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
ALTER TABLE "public"."dramas" DROP CONSTRAINT "feedstock_new_id_not_null";

-- lock: AccessExclusiveLock on dramas (blocks reads and writes)
ALTER TABLE "public"."dramas" ADD CONSTRAINT "dramas_pkey" PRIMARY KEY USING INDEX "dramas_pkey";
