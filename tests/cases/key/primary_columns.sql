-- A primary key gets another column, with a foreign key on the old one.
-- allow: drop-column:r.t

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer NOT NULL);
CREATE TABLE r (id integer, t integer REFERENCES t);

-- to
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE r (id integer);

-- plan
-- file 1 of 2, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pkey ON public.t USING btree (a, b);

-- file 2 of 2, in a transaction: creates constraint t_pkey on t; drops foreign key r_t_fkey on r, column r.t
-- hazard drop-column:r.t: the column and its values are lost

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX feedstock_new_t_pkey;

ALTER TABLE public.r DROP COLUMN t;

COMMIT;
