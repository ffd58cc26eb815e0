-- A foreign key moves to another table, whose key becomes another one.

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE u (id integer NOT NULL UNIQUE);
CREATE TABLE v (other integer REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE u (id integer PRIMARY KEY);
CREATE TABLE v (other integer REFERENCES u);

-- rows
INSERT INTO t VALUES (1);
INSERT INTO u VALUES (1);
INSERT INTO v VALUES (1);

-- then
SELECT count(*) FROM u JOIN v ON u.id = v.other;
-- 1

-- plan
-- file 1 of 5, outside a transaction: creates constraint u_pkey on u
-- hazard add-unique:u.u_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY u_pkey ON public.u USING btree (id);

-- file 2 of 5, in a transaction: creates constraint u_pkey on u; drops constraint u_id_key on u

BEGIN;

ALTER TABLE public.u DROP CONSTRAINT u_id_key;

ALTER TABLE public.u ADD CONSTRAINT u_pkey PRIMARY KEY USING INDEX u_pkey;

COMMIT;

-- file 3 of 5, in a transaction: creates foreign key v_other_fkey on v

BEGIN;

ALTER TABLE public.v ADD CONSTRAINT feedstock_new_v_other_fkey FOREIGN KEY (other) REFERENCES public.u(id) NOT VALID;

COMMIT;

-- file 4 of 5, in a transaction: validates foreign key v_other_fkey on v
-- hazard add-foreign-key:v.v_other_fkey: fails if a row refers to nothing
-- hazard long-validation:v: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.v VALIDATE CONSTRAINT feedstock_new_v_other_fkey;

COMMIT;

-- file 5 of 5, in a transaction: creates foreign key v_other_fkey on v

BEGIN;

ALTER TABLE public.v DROP CONSTRAINT v_other_fkey;
ALTER TABLE public.v RENAME CONSTRAINT feedstock_new_v_other_fkey TO v_other_fkey;

COMMIT;
