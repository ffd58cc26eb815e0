-- A view would be made again while its rows are values of a table.

-- from
CREATE TABLE b (id integer, a integer);
CREATE VIEW p AS SELECT * FROM b;
CREATE TABLE t (id integer, p p);

-- to
CREATE TABLE b (id integer, a bigint);
CREATE VIEW p AS SELECT * FROM b;
CREATE TABLE t (id integer, p p);

-- refused
there is what no plan can do, since something stands in the way
unsupported: view p is made again, and column t.p holds rows of view p, which Postgres does not convert: give column t.p another type before, such as jsonb, or drop it
  help: change it with a migration written by hand: new --sql NAME

-- plan

