-- A column changes its type while a publication names it.
-- since: 15

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE PUBLICATION p FOR TABLE t (id, v);

-- to
CREATE TABLE t (id integer PRIMARY KEY, v bigint);
CREATE PUBLICATION p FOR TABLE t (id, v);

-- refused
there is what no plan can do, since something stands in the way
unsupported: column t.v changes its type, and publication p names it: take t out of the publication before, and put it back after
  help: change it with a migration written by hand: new --sql NAME

-- plan

