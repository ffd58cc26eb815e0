-- A primary key, and a unique constraint that was an index.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE UNIQUE INDEX t_u ON t (id, n);

-- to
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id), CONSTRAINT t_u UNIQUE (id, n)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- rows
INSERT INTO t VALUES (1, 1, 'a');

-- then
INSERT INTO t VALUES (1, 1, 'a') ON CONFLICT (id) DO NOTHING;

-- plan
-- hazard drop-index:t_u: queries that used it become slow
DROP INDEX "public"."t_u";

-- hazard set-not-null:t.id: fails if a row has NULL; to fill such rows: --fill t.id='…'
ALTER TABLE "public"."t" ALTER COLUMN "id" SET NOT NULL;

-- hazard add-unique:t_1.t_1_id_n_key: fails if two rows are alike
ALTER TABLE "public"."t_1" ADD CONSTRAINT "t_1_id_n_key" UNIQUE (id, n);

-- hazard add-unique:t_1.t_1_pkey: fails if two rows are alike
ALTER TABLE "public"."t_1" ADD CONSTRAINT "t_1_pkey" PRIMARY KEY (id);

-- hazard add-unique:t_2.t_2_id_n_key: fails if two rows are alike
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_2_id_n_key" UNIQUE (id, n);

-- hazard add-unique:t.t_u: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_u" UNIQUE (id, n);

-- hazard add-unique:t_2.t_2_pkey: fails if two rows are alike
ALTER TABLE "public"."t_2" ADD CONSTRAINT "t_2_pkey" PRIMARY KEY (id);

-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (id);
