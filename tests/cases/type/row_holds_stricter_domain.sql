-- A domain asks for more while rows of a table with it are values of another one.

-- from
CREATE DOMAIN d AS integer;
CREATE TABLE p (id integer, a d);
CREATE TABLE t (id integer, p p);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TABLE p (id integer, a d);
CREATE TABLE t (id integer, p p);

-- refused
there is what no plan can do, since something stands in the way
unsupported: column p.a changes its type, and column t.p holds rows of table p, which Postgres does not convert: give column t.p another type before, such as jsonb, or drop it
  help: change it with a migration written by hand: new --sql NAME

-- plan

