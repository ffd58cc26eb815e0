-- An enum goes with the column that used it.
-- allow: drop-column:t.mood

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id integer, mood mood DEFAULT 'sad');

-- to
CREATE TABLE t (id integer);

-- plan
-- hazard drop-column:t.mood: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "mood";

-- hazard drop-type:mood: a program that names it fails
DROP TYPE "public"."mood";
