-- A foreign key moves from the primary key to a unique constraint of the same column.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE r (t integer REFERENCES t (a));

-- to
CREATE TABLE t (a integer NOT NULL UNIQUE, b integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t (a));

-- plan
ALTER TABLE "public"."r" DROP CONSTRAINT "r_t_fkey";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";

-- hazard add-unique:t.t_a_key: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_a_key" UNIQUE (a);

-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (b);

ALTER TABLE "public"."r" ADD CONSTRAINT "r_t_fkey" FOREIGN KEY (t) REFERENCES public.t(a);
