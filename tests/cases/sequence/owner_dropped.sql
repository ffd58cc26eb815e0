-- A sequence outlives the table that owned it.
-- allow: drop-table:t

-- from
CREATE TABLE t (a integer);
CREATE SEQUENCE q OWNED BY t.a;

-- to
CREATE SEQUENCE q;

-- plan
ALTER SEQUENCE "public"."q" OWNED BY NONE;

-- hazard drop-table:t: the table and its rows are lost
DROP TABLE "public"."t";
