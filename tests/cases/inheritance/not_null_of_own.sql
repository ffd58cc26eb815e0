-- A child's own NOT NULL, whose name is its own again once the parents have none.
-- since: 18

-- from
CREATE TABLE a (id integer CONSTRAINT first NOT NULL, x text NOT NULL);
CREATE TABLE b () INHERITS (a);
CREATE TABLE p (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE q (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE q_1 (id integer CONSTRAINT own NOT NULL);

-- to
CREATE TABLE a (id integer, x text CONSTRAINT second NOT NULL);
CREATE TABLE b () INHERITS (a);
ALTER TABLE b ALTER id SET NOT NULL;
CREATE TABLE p (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE p_1 (id integer NOT NULL);
CREATE TABLE q (id integer NOT NULL) PARTITION BY LIST (id);
CREATE TABLE q_1 PARTITION OF q FOR VALUES IN (1);

-- plan

-- plan from 18
-- file 1 of 5, in a transaction: renames constraint a_x_not_null on a, constraint own on q_1; changes column a.id, column b.id; drops table p_1 as one of p
-- hazard detach-partition:p_1: p has the rows no longer

BEGIN;

ALTER TABLE public.a RENAME CONSTRAINT a_x_not_null TO second;

ALTER TABLE public.q_1 RENAME CONSTRAINT own TO q_id_not_null;

ALTER TABLE public.p DETACH PARTITION public.p_1;

ALTER TABLE ONLY public.a ALTER COLUMN id DROP NOT NULL;

ALTER TABLE public.b RENAME CONSTRAINT first TO b_id_not_null;

COMMIT;

-- file 2 of 5, in a transaction: changes column p_1.id

BEGIN;

ALTER TABLE public.p_1 RENAME CONSTRAINT p_id_not_null TO p_1_id_not_null;

COMMIT;

-- file 3 of 5, in a transaction: creates table q_1 as one of q

BEGIN;

ALTER TABLE public.q_1 ADD CONSTRAINT feedstock_new_bound CHECK (id IS NOT NULL AND id IN (1)) NOT VALID;

COMMIT;

-- file 4 of 5, in a transaction: validates table q_1 as one of q
-- hazard attach-partition:q_1: fails if a row is not within IN (1)
-- hazard long-validation:q_1: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.q_1 VALIDATE CONSTRAINT feedstock_new_bound;

COMMIT;

-- file 5 of 5, in a transaction: creates table q_1 as one of q

BEGIN;

ALTER TABLE public.q ATTACH PARTITION public.q_1 FOR VALUES IN (1);
ALTER TABLE public.q_1 DROP CONSTRAINT feedstock_new_bound;

COMMIT;
