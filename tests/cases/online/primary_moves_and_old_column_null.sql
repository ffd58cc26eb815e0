-- The column of the old primary key may be NULL once the new key is there.

-- from
CREATE TABLE t (id integer NOT NULL, a integer NOT NULL, b integer NOT NULL, CONSTRAINT t_pk PRIMARY KEY (a, b));

-- to
CREATE TABLE t (id integer NOT NULL, a integer, b integer, CONSTRAINT t_pk PRIMARY KEY (id));

-- rows
INSERT INTO t VALUES (1, 2, 3);

-- then
INSERT INTO t VALUES (2, NULL, NULL) RETURNING id;
-- 2

-- plan
-- file 1 of 2, outside a transaction: creates constraint t_pk on t
-- hazard add-unique:t.t_pk: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pk ON public.t USING btree (id);

-- file 2 of 2, in a transaction: creates constraint t_pk on t; changes column t.a, column t.b

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_pk;
ALTER TABLE public.t ADD CONSTRAINT t_pk PRIMARY KEY USING INDEX feedstock_new_t_pk;

ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL;

ALTER TABLE public.t ALTER COLUMN b DROP NOT NULL;

COMMIT;
