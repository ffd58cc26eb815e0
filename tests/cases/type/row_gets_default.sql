-- A column with a default comes while rows of its table are values of another one.

-- from
CREATE TABLE p (id integer, a integer);
CREATE TABLE t (id integer, p p[]);

-- to
CREATE TABLE p (id integer, a integer, b integer DEFAULT 3 NOT NULL);
CREATE TABLE t (id integer, p p[]);

-- refused
there is what no plan can do, since something stands in the way
unsupported: column p.b comes with values, and column t.p holds rows of table p, which Postgres does not convert: give column t.p another type before, such as jsonb, or drop it
  help: change it with a migration written by hand: new --sql NAME

-- plan

