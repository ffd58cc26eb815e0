-- A partition has a name of its own for NOT NULL, another one the parent's.
-- since: 18

-- from
CREATE TABLE p (k int, a int CONSTRAINT one NOT NULL) PARTITION BY LIST (k);
CREATE TABLE p1 (k int, a int CONSTRAINT own NOT NULL);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);

-- to
CREATE TABLE p (k int, a int CONSTRAINT two NOT NULL) PARTITION BY LIST (k);
CREATE TABLE p1 (k int, a int CONSTRAINT own NOT NULL);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);

-- rows
INSERT INTO p VALUES (1, 1), (2, 2);

-- plan from 18
-- creates table p1 as one of p; changes column p.a; drops table p1 as one of p
-- hazard attach-partition:p1: fails if a row is not within IN (1)

BEGIN;

ALTER TABLE public.p DETACH PARTITION public.p1;

ALTER TABLE public.p RENAME CONSTRAINT one TO two;

ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES IN (1);

COMMIT;
