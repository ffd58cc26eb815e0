-- A foreign key moves to a new key of the same column, and the old key goes.

-- from
CREATE TABLE t (id integer CONSTRAINT old UNIQUE, n integer);
CREATE TABLE r (t integer REFERENCES t (id));

-- to
CREATE TABLE t (id integer, n integer);
CREATE UNIQUE INDEX new ON t (id) INCLUDE (n);
CREATE TABLE r (t integer REFERENCES t (id));

-- plan
