-- A foreign key that a partition has from its parent is commented.

-- from
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE p (k int, o int) PARTITION BY LIST (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES IN (0);
CREATE TABLE p1 (k int, o int);

-- to
CREATE TABLE o (id int PRIMARY KEY);
CREATE TABLE p (k int, o int REFERENCES o) PARTITION BY LIST (k);
CREATE TABLE p0 PARTITION OF p FOR VALUES IN (0);
COMMENT ON CONSTRAINT p_o_fkey ON p0 IS 'zero';
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
COMMENT ON CONSTRAINT p_o_fkey ON p1 IS 'one';
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (k);
COMMENT ON CONSTRAINT p_o_fkey ON p2 IS 'two';
CREATE TABLE p2a PARTITION OF p2 FOR VALUES IN (2);
COMMENT ON CONSTRAINT p_o_fkey ON p2a IS 'two a';

-- rows
INSERT INTO p1 VALUES (1, NULL);

-- plan
-- file 1 of 3, in a transaction: creates table p2, table p2a, table p1 as one of p, table p2 as one of p, table p2a as one of p2 and 1 more
-- hazard add-foreign-key:p.p_o_fkey: fails if a row refers to nothing
-- hazard unindexed-foreign-key:p.p_o_fkey: no index begins with o: whoever deletes a row of o waits until all of p is read

BEGIN;

CREATE TABLE public.p2 (
    k integer,
    o integer
) PARTITION BY LIST (k);

CREATE TABLE public.p2a (
    k integer,
    o integer
);

ALTER TABLE public.p1 ADD CONSTRAINT feedstock_new_bound CHECK (k IS NOT NULL AND k IN (1)) NOT VALID;

ALTER TABLE public.p ATTACH PARTITION public.p2 FOR VALUES IN (2);

ALTER TABLE public.p2 ATTACH PARTITION public.p2a FOR VALUES IN (2);

ALTER TABLE public.p ADD CONSTRAINT p_o_fkey FOREIGN KEY (o) REFERENCES public.o(id);

COMMENT ON CONSTRAINT p_o_fkey ON public.p0 IS 'zero';

COMMIT;

-- file 2 of 3, in a transaction: validates table p1 as one of p
-- hazard attach-partition:p1: fails if a row is not within IN (1)
-- hazard long-validation:p1: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.p1 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 3 of 3, in a transaction: creates table p1 as one of p

BEGIN;

ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);
ALTER TABLE public.p1 DROP CONSTRAINT feedstock_new_bound;

COMMENT ON CONSTRAINT p_o_fkey ON public.p1 IS 'one';

COMMENT ON CONSTRAINT p_o_fkey ON public.p2 IS 'two';

COMMENT ON CONSTRAINT p_o_fkey ON public.p2a IS 'two a';

COMMIT;
