-- A primary key gets another column, with a foreign key on the old one.
-- allow: drop-column:r.t

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE r (id integer, t integer REFERENCES t);

-- to
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE r (id integer);

-- plan
ALTER TABLE "public"."r" DROP CONSTRAINT "r_t_fkey";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";
-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (a, b);

-- hazard drop-column:r.t: the column and its values are lost
ALTER TABLE "public"."r" DROP COLUMN "t";
