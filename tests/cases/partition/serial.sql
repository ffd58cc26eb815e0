-- A column becomes serial; its partitions take from the same sequence.

-- from
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, n serial, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- file 1 of 3, in a transaction: creates sequence t_n_seq; changes column t.n, sequence t_n_seq

BEGIN;

CREATE SEQUENCE public.t_n_seq AS integer;

ALTER TABLE public.t ALTER COLUMN n SET DEFAULT nextval('public.t_n_seq'::regclass);
ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

ALTER SEQUENCE public.t_n_seq OWNED BY public.t.n;
SELECT pg_catalog.setval('public.t_n_seq', max(n)) FROM public.t HAVING max(n) >= 1;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.n
-- hazard set-not-null:t.n: fails if a row has NULL; to fill such rows: --fill t.n='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_n_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.n

BEGIN;

ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

COMMIT;
