-- A new foreign key without an index on its columns says what a delete of a referenced row costs.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer, other integer);
CREATE INDEX on_other ON b (other, a_id);

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY, a_id integer REFERENCES a, other integer REFERENCES a);
CREATE INDEX on_other ON b (other, a_id);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (1, 1, 1);

-- plan
