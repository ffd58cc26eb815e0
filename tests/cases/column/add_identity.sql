-- A new identity column numbers the rows that exist.

-- from
CREATE TABLE t (a text);

-- to
CREATE TABLE t (a text, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);

-- rows
INSERT INTO t VALUES ('x'), ('y');

-- then
INSERT INTO t VALUES ('z');
SELECT id, a FROM t ORDER BY a;
-- 1 | x
-- 2 | y
-- 3 | z

-- plan
-- file 1 of 3, in a transaction: creates column t.id

BEGIN;

ALTER TABLE public.t ADD COLUMN id bigint NOT NULL GENERATED ALWAYS AS IDENTITY;

COMMIT;

-- file 2 of 3, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON public.t USING btree (id);

-- file 3 of 3, in a transaction: creates constraint t_pkey on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

COMMIT;
