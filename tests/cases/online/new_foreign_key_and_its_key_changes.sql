-- A foreign key comes that could take the old key of the table to which it refers: that one goes before.

-- from
CREATE TABLE t (id integer PRIMARY KEY, other integer);
CREATE TABLE u (id integer NOT NULL UNIQUE, n integer);

-- to
CREATE TABLE t (id integer NOT NULL UNIQUE, other integer REFERENCES t (id));
CREATE TABLE u (id integer PRIMARY KEY, n integer REFERENCES t (id));
CREATE TABLE v (u integer REFERENCES u);

-- rows
INSERT INTO t VALUES (1, 1);
INSERT INTO u VALUES (1, 1);

-- then
SELECT count(*) FROM t JOIN u ON t.id = u.n;
-- 1

-- plan
-- file 1 of 7, in a transaction: creates table v

BEGIN;

CREATE TABLE public.v (
    u integer
);

COMMIT;

-- file 2 of 7, outside a transaction: creates constraint t_id_key on t
-- hazard add-unique:t.t_id_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_id_key ON public.t USING btree (id);

-- file 3 of 7, outside a transaction: creates constraint u_pkey on u
-- hazard add-unique:u.u_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY u_pkey ON public.u USING btree (id);

-- file 4 of 7, in a transaction: creates constraint t_id_key on t, foreign key t_other_fkey on t; drops constraint t_pkey on t
-- hazard unindexed-foreign-key:t.t_other_fkey: no index begins with other: whoever deletes a row of t waits until all of t is read

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;

ALTER TABLE public.t ADD CONSTRAINT t_id_key UNIQUE USING INDEX t_id_key;

ALTER TABLE public.t ADD CONSTRAINT t_other_fkey FOREIGN KEY (other) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 5 of 7, in a transaction: creates constraint u_pkey on u, foreign key u_n_fkey on u; drops constraint u_id_key on u
-- hazard unindexed-foreign-key:u.u_n_fkey: no index begins with n: whoever deletes a row of t waits until all of u is read

BEGIN;

ALTER TABLE public.u DROP CONSTRAINT u_id_key;

ALTER TABLE public.u ADD CONSTRAINT u_pkey PRIMARY KEY USING INDEX u_pkey;

ALTER TABLE public.u ADD CONSTRAINT u_n_fkey FOREIGN KEY (n) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 6 of 7, in a transaction: creates foreign key v_u_fkey on v
-- hazard unindexed-foreign-key:v.v_u_fkey: no index begins with u: whoever deletes a row of u waits until all of v is read

BEGIN;

ALTER TABLE public.v ADD CONSTRAINT v_u_fkey FOREIGN KEY (u) REFERENCES public.u(id);

COMMIT;

-- file 7 of 7, in a transaction: validates foreign key t_other_fkey on t, foreign key u_n_fkey on u
-- hazard add-foreign-key:t.t_other_fkey: fails if a row refers to nothing
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:u.u_n_fkey: fails if a row refers to nothing
-- hazard long-validation:u: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_other_fkey;

ALTER TABLE public.u VALIDATE CONSTRAINT u_n_fkey;

COMMIT;
