-- Another table refers to a partitioned one, whose key changes.

-- from
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE c (t_id integer REFERENCES t);

-- to
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id, n), UNIQUE (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE c (t_id integer REFERENCES t (id));

-- plan
-- file 1 of 2: a transaction of its own

ALTER TABLE "public"."c" DROP CONSTRAINT "c_t_id_fkey";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";

-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
ALTER TABLE "public"."t" ALTER COLUMN "n" SET NOT NULL;

-- hazard add-unique:t_1.t_1_id_key: fails if two rows are alike
ALTER TABLE "public"."t_1" ADD CONSTRAINT "t_1_id_key" UNIQUE (id);

-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike
ALTER TABLE "public"."t_1" ADD CONSTRAINT "t_1_pkey" PRIMARY KEY (id, n);

-- hazard add-unique:t_2.t_2_id_key: fails if two rows are alike
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_2_id_key" UNIQUE (id);

-- hazard add-unique:t.t_id_key: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_id_key" UNIQUE (id);

-- hazard add-unique:t_2.t_2_pkey: fails if two rows are alike
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_2_pkey" PRIMARY KEY (id, n);

-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (id, n);

ALTER TABLE "public"."c" ADD CONSTRAINT "c_t_id_fkey" FOREIGN KEY (t_id) REFERENCES public.t(id) NOT VALID;

-- file 2 of 2: a transaction of its own

-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time
ALTER TABLE "public"."c" VALIDATE CONSTRAINT "c_t_id_fkey";
