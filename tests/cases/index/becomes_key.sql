-- Unique indexes become the primary key and a deferrable constraint, under other names and with their comments.

-- from
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b) INCLUDE (a);
COMMENT ON INDEX i IS 'was an index';

-- to
CREATE TABLE t (a integer PRIMARY KEY, b integer, CONSTRAINT u UNIQUE (b) INCLUDE (a) DEFERRABLE);
COMMENT ON CONSTRAINT u ON t IS 'is a constraint';

-- plan
-- file 1 of 3, in a transaction: changes column t.a
-- hazard required-column:t.a: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_a_not_null CHECK (a IS NOT NULL) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates column t.a
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_a_not_null;

COMMIT;

-- file 3 of 3, in a transaction: changes column t.a, constraint t_pkey on t, constraint u on t

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_a_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX i;

ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX j DEFERRABLE;
COMMENT ON CONSTRAINT u ON public.t IS 'is a constraint';

COMMENT ON INDEX public.t_pkey IS NULL;

COMMIT;
