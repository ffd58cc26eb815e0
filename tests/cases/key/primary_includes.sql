-- A primary key with a foreign key on it covers another column: the foreign key makes room for a moment.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE TABLE r (t integer REFERENCES t);

-- to
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a) INCLUDE (b));
CREATE TABLE r (t integer REFERENCES t);

-- plan
-- file 1 of 3, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pkey ON public.t USING btree (a) INCLUDE (b);

-- file 2 of 3, in a transaction: creates constraint t_pkey on t, foreign key r_t_fkey on r; drops foreign key r_t_fkey on r
-- hazard unindexed-foreign-key:r.r_t_fkey: no index begins with t: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX feedstock_new_t_pkey;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(a) NOT VALID;

COMMIT;

-- file 3 of 3, in a transaction: validates foreign key r_t_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_fkey;

COMMIT;
