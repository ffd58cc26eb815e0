-- A key gets another type, and the table that referred to it goes.
-- allow: drop-table:r
-- allow: narrow-type:t.id

-- from
CREATE TABLE t (id numeric PRIMARY KEY);
CREATE TABLE r (t numeric REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);

-- plan
-- file 1 of 4, in a transaction: drops foreign key r_t_fkey on r

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

COMMIT;

-- file 2 of 4, in a transaction: changes column t.id
-- hazard narrow-type:t.id: numeric to integer: values may not fit or may be changed

BEGIN;

ALTER TABLE public.t ALTER COLUMN id TYPE integer;

COMMIT;

-- file 3 of 4, in a transaction: analyzes column t.id

BEGIN;

ANALYZE public.t (id);

COMMIT;

-- file 4 of 4, in a transaction: drops table r
-- hazard drop-table:r: the table and its rows are lost

BEGIN;

DROP TABLE public.r;

COMMIT;
