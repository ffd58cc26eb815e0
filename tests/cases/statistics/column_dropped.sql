-- Statistics go with a column.
-- allow: drop-column:t.b

-- from
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS s ON a, b FROM t;

-- to
CREATE TABLE t (a integer, c integer);

-- plan
DROP STATISTICS public.s;

-- hazard drop-column:t.b: the column and its values are lost
ALTER TABLE "public"."t" DROP COLUMN "b";
