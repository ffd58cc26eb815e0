-- A new value is a default at once: two files, each a transaction of its own.

-- from
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (mood mood DEFAULT 'sad');

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood DEFAULT 'glad');
CREATE INDEX glad ON t (mood) WHERE mood = 'glad';

-- plan
-- file 1 of 3: a transaction of its own

ALTER TYPE "public"."mood" ADD VALUE 'glad';

-- file 2 of 3: a transaction of its own

ALTER TABLE "public"."t" ALTER COLUMN "mood" SET DEFAULT 'glad'::public.mood;

-- file 3 of 3: outside a transaction

CREATE INDEX CONCURRENTLY "glad" ON "public"."t" USING btree (mood) WHERE (mood = 'glad'::public.mood);
