-- A marked index is made again, and another one goes.

-- from
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);
CREATE INDEX ta ON t (a);
ALTER TABLE t CLUSTER ON ta;
CREATE INDEX ua ON u (a);
ALTER TABLE u CLUSTER ON ua;

-- to
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);
CREATE INDEX ta ON t (a, b);
ALTER TABLE t CLUSTER ON ta;

-- plan
-- hazard drop-index:ua: queries that used it become slow
DROP INDEX "public"."ua";

DROP INDEX "public"."ta";
CREATE INDEX "ta" ON "public"."t" USING btree (a, b);

ALTER TABLE public.t CLUSTER ON ta;
