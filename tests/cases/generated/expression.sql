-- Another expression, with an index, a check and a view on the column.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED CHECK (b > 0), UNIQUE (b));
CREATE INDEX t_b ON t (a, b);
CREATE VIEW v AS SELECT b FROM t;
COMMENT ON COLUMN t.b IS 'computed';
COMMENT ON INDEX t_b IS 'both';

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 3) STORED CHECK (b > 0), UNIQUE (b));
CREATE INDEX t_b ON t (a, b);
CREATE VIEW v AS SELECT b FROM t;
COMMENT ON COLUMN t.b IS 'computed';
COMMENT ON INDEX t_b IS 'both';

-- rows
INSERT INTO t VALUES (4);

-- then
SELECT b FROM v;
-- 12

-- plan
-- file 1 of 5, in a transaction: creates column t.b, constraint t_b_check on t, view v; drops view v, column t.b

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP COLUMN b;
ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS ((a * 3)) STORED;
COMMENT ON COLUMN public.t.b IS 'computed';

ALTER TABLE public.t ADD CONSTRAINT t_b_check CHECK ((b > 0)) NOT VALID;

CREATE VIEW public.v AS
 SELECT t.b
   FROM public.t;

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint t_b_key on t
-- hazard add-unique:t.t_b_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_b_key ON public.t USING btree (b);

-- file 3 of 5, outside a transaction: creates index t_b

CREATE INDEX CONCURRENTLY t_b ON public.t USING btree (a, b);

-- file 4 of 5, in a transaction: creates constraint t_b_key on t, index t_b

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_b_key UNIQUE USING INDEX t_b_key;

COMMENT ON INDEX public.t_b IS 'both';

COMMIT;

-- file 5 of 5, in a transaction: validates constraint t_b_check on t
-- hazard add-check:t.t_b_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_b_check;

COMMIT;

-- plan from 16
-- file 1 of 5, in a transaction: creates column t.b, constraint t_b_check on t, view v; drops view v, column t.b

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP COLUMN b;
ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS ((a * 3)) STORED;
COMMENT ON COLUMN public.t.b IS 'computed';

ALTER TABLE public.t ADD CONSTRAINT t_b_check CHECK ((b > 0)) NOT VALID;

CREATE VIEW public.v AS
 SELECT b
   FROM public.t;

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint t_b_key on t
-- hazard add-unique:t.t_b_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_b_key ON public.t USING btree (b);

-- file 3 of 5, outside a transaction: creates index t_b

CREATE INDEX CONCURRENTLY t_b ON public.t USING btree (a, b);

-- file 4 of 5, in a transaction: creates constraint t_b_key on t, index t_b

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_b_key UNIQUE USING INDEX t_b_key;

COMMENT ON INDEX public.t_b IS 'both';

COMMIT;

-- file 5 of 5, in a transaction: validates constraint t_b_check on t
-- hazard add-check:t.t_b_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT t_b_check;

COMMIT;
