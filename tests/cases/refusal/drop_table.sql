-- A table with rows would go.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE other (b text);

-- refused
drop-table:t: the table and its rows are lost
  help: if that is what you want: --allow drop-table:t

-- plan
CREATE TABLE "public"."other" (
    "b" text
);

-- hazard drop-table:t: the table and its rows are lost
DROP TABLE "public"."t";
