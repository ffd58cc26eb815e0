-- A foreign key moves to a new key of the same column, and the old key goes.

-- from
CREATE TABLE t (id integer CONSTRAINT old UNIQUE, n integer);
CREATE TABLE r (t integer REFERENCES t (id));

-- to
CREATE TABLE t (id integer, n integer);
CREATE UNIQUE INDEX new ON t (id) INCLUDE (n);
CREATE TABLE r (t integer REFERENCES t (id));

-- plan
-- file 1 of 3, outside a transaction: creates index new
-- hazard add-unique:new: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY new ON public.t USING btree (id) INCLUDE (n);

-- file 2 of 3, in a transaction: creates foreign key r_t_fkey on r; drops foreign key r_t_fkey on r, constraint old on t
-- hazard drop-unique:old: two rows may be alike from here on, and ON CONFLICT of its columns fails
-- hazard unindexed-foreign-key:r.r_t_fkey: no index begins with t: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

ALTER TABLE public.t DROP CONSTRAINT old;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 3 of 3, in a transaction: validates foreign key r_t_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_fkey;

COMMIT;
