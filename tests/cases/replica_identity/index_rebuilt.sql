-- The index of a replica identity is made again.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a, b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- plan
ALTER TABLE public.t REPLICA IDENTITY DEFAULT;

DROP INDEX "public"."ta";
-- hazard add-unique:ta: fails if two rows are alike
CREATE UNIQUE INDEX "ta" ON "public"."t" USING btree (a, b);

ALTER TABLE public.t REPLICA IDENTITY USING INDEX ta;
