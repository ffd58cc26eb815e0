-- Foreign keys that are only said: one comes, one waits, one is enforced from now on, and one no longer.
-- since: 18

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (a integer, b integer, d integer, e integer,
    CONSTRAINT gains FOREIGN KEY (a) REFERENCES p NOT ENFORCED,
    CONSTRAINT later FOREIGN KEY (b) REFERENCES p NOT ENFORCED,
    CONSTRAINT loses FOREIGN KEY (d) REFERENCES p);
CREATE TABLE q (a integer) PARTITION BY LIST (a);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (a integer, b integer, d integer, e integer,
    CONSTRAINT gains FOREIGN KEY (a) REFERENCES p,
    CONSTRAINT later FOREIGN KEY (b) REFERENCES p DEFERRABLE INITIALLY DEFERRED NOT ENFORCED,
    CONSTRAINT loses FOREIGN KEY (d) REFERENCES p NOT ENFORCED,
    CONSTRAINT new FOREIGN KEY (e) REFERENCES p NOT ENFORCED);
CREATE TABLE q (a integer, CONSTRAINT whole FOREIGN KEY (a) REFERENCES p NOT ENFORCED) PARTITION BY LIST (a);

-- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1, 2, 1, 2);

-- then
SELECT a, b, d, e FROM c;
-- 1 | 2 | 1 | 2

-- plan

-- plan from 18
-- file 1 of 4, in a transaction: creates foreign key gains on c, foreign key loses on c, foreign key new on c; changes foreign key later on c; drops foreign key loses on c
-- hazard unindexed-foreign-key:c.loses: no index begins with d: whoever deletes a row of p waits until all of c is read
-- hazard unindexed-foreign-key:c.new: no index begins with e: whoever deletes a row of p waits until all of c is read

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT loses;

ALTER TABLE public.c ADD CONSTRAINT feedstock_new_gains FOREIGN KEY (a) REFERENCES public.p(id) NOT VALID;

ALTER TABLE public.c ALTER CONSTRAINT later DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.c ADD CONSTRAINT loses FOREIGN KEY (d) REFERENCES public.p(id) NOT ENFORCED;

ALTER TABLE public.c ADD CONSTRAINT new FOREIGN KEY (e) REFERENCES public.p(id) NOT ENFORCED;

COMMIT;

-- file 2 of 4, in a transaction: creates foreign key whole on q
-- hazard unindexed-foreign-key:q.whole: no index begins with a: whoever deletes a row of p waits until all of q is read

BEGIN;

ALTER TABLE public.q ADD CONSTRAINT whole FOREIGN KEY (a) REFERENCES public.p(id) NOT ENFORCED;

COMMIT;

-- file 3 of 4, in a transaction: validates foreign key gains on c
-- hazard add-foreign-key:c.gains: fails if a row refers to nothing
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT feedstock_new_gains;

COMMIT;

-- file 4 of 4, in a transaction: creates foreign key gains on c

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT gains;
ALTER TABLE public.c RENAME CONSTRAINT feedstock_new_gains TO gains;

COMMIT;
