-- An index of a partition that is a part of the parent's becomes a constraint, and back.

-- from
CREATE TABLE p (id integer NOT NULL, n integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE UNIQUE INDEX pi ON p (id);

-- to
CREATE TABLE p (id integer NOT NULL, n integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
ALTER TABLE p1 ADD CONSTRAINT p1_id_idx UNIQUE (id);
CREATE UNIQUE INDEX pi ON p (id);

-- rows
INSERT INTO p VALUES (1, 1), (2, 2);

-- plan
