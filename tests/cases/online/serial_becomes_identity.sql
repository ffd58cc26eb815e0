-- A serial column of a table in use becomes an identity, and goes on where it was.

-- from
CREATE TABLE t (id serial PRIMARY KEY, x text);

-- to
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text UNIQUE);

-- rows
INSERT INTO t (x) VALUES ('a'), ('b'); DELETE FROM t WHERE x = 'b';

-- then
INSERT INTO t (x) VALUES ('c') RETURNING id;
-- 3

-- plan
-- file 1 of 3, in a transaction: changes column t.id

BEGIN;

ALTER TABLE public.t ALTER COLUMN id DROP DEFAULT;
ALTER SEQUENCE public.t_id_seq RENAME TO feedstock_old_t_id_seq;
ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT pg_catalog.setval('public.t_id_seq', last_value, is_called) FROM public.feedstock_old_t_id_seq;
DROP SEQUENCE public.feedstock_old_t_id_seq;

COMMIT;

-- file 2 of 3, outside a transaction: creates constraint t_x_key on t
-- hazard add-unique:t.t_x_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_x_key ON public.t USING btree (x);

-- file 3 of 3, in a transaction: creates constraint t_x_key on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_x_key UNIQUE USING INDEX t_x_key;

COMMIT;
