-- A foreign key between tables that are in use.

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t);
COMMENT ON CONSTRAINT r_t_fkey ON r IS 'all of them';

-- rows
INSERT INTO t VALUES (1); INSERT INTO r VALUES (1);

-- then
SELECT * FROM r;
-- 1

-- plan
-- file 1 of 2, in a transaction: creates foreign key r_t_fkey on r
-- hazard unindexed-foreign-key:r.r_t_fkey: no index begins with t: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;
COMMENT ON CONSTRAINT r_t_fkey ON public.r IS 'all of them';

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key r_t_fkey on r
-- hazard add-foreign-key:r.r_t_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_fkey;

COMMIT;
