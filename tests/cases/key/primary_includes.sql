-- A primary key with a foreign key on it covers another column: the foreign key makes room for a moment.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE TABLE r (t integer REFERENCES t);

-- to
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a) INCLUDE (b));
CREATE TABLE r (t integer REFERENCES t);

-- plan
ALTER TABLE "public"."r" DROP CONSTRAINT "r_t_fkey";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";
-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (a) INCLUDE (b);

ALTER TABLE "public"."r" ADD CONSTRAINT "r_t_fkey" FOREIGN KEY (t) REFERENCES public.t(a);
