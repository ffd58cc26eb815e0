-- Another expression, with an index, a check and a view on the column.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 0), UNIQUE (b));
CREATE INDEX t_b ON t (a, b);
CREATE VIEW v AS SELECT b FROM t;
COMMENT ON COLUMN t.b IS 'computed';
COMMENT ON INDEX t_b IS 'both';

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 3) STORED CHECK (b > 0), UNIQUE (b));
CREATE INDEX t_b ON t (a, b);
CREATE VIEW v AS SELECT b FROM t;
COMMENT ON COLUMN t.b IS 'computed';
COMMENT ON INDEX t_b IS 'both';

-- rows
INSERT INTO t VALUES (4);

-- then
SELECT b FROM v;
-- 12

-- plan
DROP VIEW "public"."v";

ALTER TABLE "public"."t" DROP COLUMN "b";
ALTER TABLE "public"."t" ADD COLUMN "b" integer GENERATED ALWAYS AS ((a * 3)) STORED;
COMMENT ON COLUMN "public"."t"."b" IS 'computed';

-- hazard add-check:t.t_b_check: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "t_b_check" CHECK ((b > 0));

-- hazard add-unique:t.t_b_key: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_b_key" UNIQUE (b);

CREATE INDEX "t_b" ON "public"."t" USING btree (a, b);
COMMENT ON INDEX "public"."t_b" IS 'both';

CREATE VIEW public.v AS
 SELECT t.b
   FROM public.t;

-- plan from 16
DROP VIEW "public"."v";

ALTER TABLE "public"."t" DROP COLUMN "b";
ALTER TABLE "public"."t" ADD COLUMN "b" integer GENERATED ALWAYS AS ((a * 3)) STORED;
COMMENT ON COLUMN "public"."t"."b" IS 'computed';

-- hazard add-check:t.t_b_check: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "t_b_check" CHECK ((b > 0));

-- hazard add-unique:t.t_b_key: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_b_key" UNIQUE (b);

CREATE INDEX "t_b" ON "public"."t" USING btree (a, b);
COMMENT ON INDEX "public"."t_b" IS 'both';

CREATE VIEW public.v AS
 SELECT b
   FROM public.t;
