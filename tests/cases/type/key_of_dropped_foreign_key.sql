-- A key gets another type, and the table that referred to it goes.
-- allow: drop-table:r
-- allow: narrow-type:t.id

-- from
CREATE TABLE t (id numeric PRIMARY KEY);
CREATE TABLE r (t numeric REFERENCES t);

-- to
CREATE TABLE t (id integer PRIMARY KEY);

-- plan
-- changes column t.id; drops foreign key r_t_fkey on r, table r
-- hazard narrow-type:t.id: numeric to integer: values may not fit or may be changed
-- hazard drop-table:r: the table and its rows are lost

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

ALTER TABLE public.t ALTER COLUMN id TYPE integer;

DROP TABLE public.r;

COMMIT;
