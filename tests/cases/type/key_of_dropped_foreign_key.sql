-- A key gets another type, and the table that referred to it goes.
-- allow: drop-table:r
-- allow: narrow-type:t.id

-- from
CREATE TABLE t (id numeric PRIMARY KEY);
CREATE TABLE r (t numeric REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);

-- plan
ALTER TABLE "public"."r" DROP CONSTRAINT "r_t_fkey";

-- hazard narrow-type:t.id: numeric to integer: values may not fit or may be changed
ALTER TABLE "public"."t" ALTER COLUMN "id" TYPE integer;

-- hazard drop-table:r: the table and its rows are lost
DROP TABLE "public"."r";
