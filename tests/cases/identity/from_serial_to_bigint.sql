-- A serial column becomes a bigint identity.

-- from
CREATE TABLE t (id serial PRIMARY KEY);

-- to
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

-- rows
INSERT INTO t DEFAULT VALUES;

-- then
INSERT INTO t DEFAULT VALUES RETURNING id;
-- 2

-- plan
-- file 1 of 2, in a transaction: changes column t.id
-- hazard change-type:t.id: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN id DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN id TYPE bigint;
ALTER SEQUENCE public.t_id_seq RENAME TO feedstock_old_t_id_seq;
ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
SELECT pg_catalog.setval('public.t_id_seq', last_value, is_called) FROM public.feedstock_old_t_id_seq;
DROP SEQUENCE public.feedstock_old_t_id_seq;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.id

BEGIN;

ANALYZE public.t (id);

COMMIT;
