-- The index of a replica identity goes.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
ALTER TABLE t REPLICA IDENTITY NOTHING;

-- plan
-- hazard drop-index:ta: queries that used it become slow
DROP INDEX "public"."ta";

ALTER TABLE public.t REPLICA IDENTITY NOTHING;
