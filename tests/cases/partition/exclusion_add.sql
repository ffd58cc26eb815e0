-- A partitioned table and its partitions come to exclude rows; one of them did already.
-- since: 17

-- from
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
ALTER TABLE p2 ADD EXCLUDE USING gist (k WITH =, r WITH &&);

-- to
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
COMMENT ON CONSTRAINT p1_k_r_excl ON p1 IS 'no two at once';

-- rows
INSERT INTO p VALUES (1, '[1,3)'), (1, '[3,5)'), (2, '[1,3)');

-- plan from 17
-- creates constraint p_k_r_excl on p; drops constraint p2_k_r_excl on p2
-- hazard add-unique:p.p_k_r_excl: fails if two rows are alike
-- hazard no-online-way:p.p_k_r_excl: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.p2 DROP CONSTRAINT p2_k_r_excl;

ALTER TABLE public.p ADD CONSTRAINT p_k_r_excl EXCLUDE USING gist (k WITH =, r WITH &&);

COMMENT ON CONSTRAINT p1_k_r_excl ON public.p1 IS 'no two at once';

COMMIT;
