-- A serial column becomes bigserial, and its sequence with it.

-- from
CREATE TABLE a (id serial PRIMARY KEY);

-- to
CREATE TABLE a (id bigserial PRIMARY KEY);

-- rows
INSERT INTO a DEFAULT VALUES;

-- then
INSERT INTO a DEFAULT VALUES RETURNING id;
-- 2

-- plan
-- file 1 of 2, in a transaction: changes sequence a_id_seq, column a.id
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER SEQUENCE public.a_id_seq AS bigint;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column a.id

BEGIN;

ANALYZE public.a (id);

COMMIT;
