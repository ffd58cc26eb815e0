-- What a partitioned table excludes is another thing.
-- since: 17

-- from
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, CONSTRAINT no_two EXCLUDE USING gist (k WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- to
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, CONSTRAINT no_two EXCLUDE USING gist (k WITH =, r WITH =)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- rows
INSERT INTO p VALUES (1, '[1,3)'), (1, '[3,5)');

-- plan from 17
-- creates constraint no_two on p; drops constraint no_two on p
-- hazard add-unique:p.no_two: fails if two rows are alike
-- hazard no-online-way:p.no_two: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.p DROP CONSTRAINT no_two;
ALTER TABLE public.p ADD CONSTRAINT no_two EXCLUDE USING gist (k WITH =, r WITH =);

COMMIT;
