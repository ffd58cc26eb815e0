-- A table gets a primary key.

-- from
CREATE TABLE t (id integer NOT NULL, x text);

-- to
CREATE TABLE t (id integer PRIMARY KEY, x text);

-- plan
-- file 1 of 2, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON public.t USING btree (id);

-- file 2 of 2, in a transaction: creates constraint t_pkey on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

COMMIT;
