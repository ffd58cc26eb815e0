-- A foreign key deletes along from now on: the old one holds until the new one is checked.

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t ON DELETE CASCADE);

-- rows
INSERT INTO t VALUES (1), (2); INSERT INTO r VALUES (1), (2);

-- then
DELETE FROM t WHERE id = 1;
SELECT * FROM r;
-- 2

-- plan
-- file 1 of 3, in a transaction: creates foreign key r_t_fkey on r

BEGIN;

ALTER TABLE public.r ADD CONSTRAINT feedstock_new_r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) ON DELETE CASCADE NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates foreign key r_t_fkey on r
-- hazard add-foreign-key:r.r_t_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT feedstock_new_r_t_fkey;

COMMIT;

-- file 3 of 3, in a transaction: creates foreign key r_t_fkey on r

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;
ALTER TABLE public.r RENAME CONSTRAINT feedstock_new_r_t_fkey TO r_t_fkey;

COMMIT;
