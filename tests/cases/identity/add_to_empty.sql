-- A plain key without rows becomes an identity, which begins at its start.

-- from
CREATE TABLE t (id integer PRIMARY KEY);

-- to
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY (START WITH 10) PRIMARY KEY);

-- then
INSERT INTO t DEFAULT VALUES RETURNING id;
-- 10

-- plan
-- changes column t.id

BEGIN;

ALTER TABLE public.t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (START WITH 10);
SELECT pg_catalog.setval('public.t_id_seq', max(id)) FROM public.t HAVING max(id) >= 10;

COMMIT;
