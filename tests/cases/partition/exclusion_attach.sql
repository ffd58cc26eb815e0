-- A table that excludes rows becomes a partition, and another partition a table of its own.
-- since: 17

-- from
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE p1 (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&));
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);

-- to
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
COMMENT ON CONSTRAINT p1_k_r_excl ON p1 IS 'no two at once';
CREATE TABLE p2 (k int, r int4range, EXCLUDE USING gist (k WITH =, r WITH &&));

-- rows
INSERT INTO p VALUES (2, '[1,3)');
INSERT INTO p1 VALUES (1, '[1,3)');

-- plan from 17
-- creates table p1 as one of p; drops table p2 as one of p, constraint p1_k_r_excl on p1
-- hazard detach-partition:p2: p has the rows no longer
-- hazard attach-partition:p1: fails if a row is not within IN (1)

BEGIN;

ALTER TABLE public.p DETACH PARTITION public.p2;

ALTER TABLE public.p1 DROP CONSTRAINT p1_k_r_excl;

ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

COMMENT ON CONSTRAINT p1_k_r_excl ON public.p1 IS 'no two at once';

COMMIT;
