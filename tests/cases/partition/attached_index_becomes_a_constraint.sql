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
-- file 1 of 2, outside a transaction: creates constraint p1_id_idx on p1
-- hazard add-unique:p1.p1_id_idx: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_p1_id_idx ON public.p1 USING btree (id);

-- file 2 of 2, in a transaction: creates constraint p1_id_idx on p1, index pi; drops index pi
-- hazard add-unique:pi: fails if two rows are alike

BEGIN;

DROP INDEX public.pi;

LOCK TABLE ONLY public.p IN ACCESS EXCLUSIVE MODE;

ALTER TABLE public.p1 ADD CONSTRAINT p1_id_idx UNIQUE USING INDEX feedstock_new_p1_id_idx;

CREATE UNIQUE INDEX pi ON public.p USING btree (id);

COMMIT;
