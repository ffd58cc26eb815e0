-- varchar to text, with a default, an index, a check and a view on it.

-- from
CREATE TABLE t (a varchar(20) NOT NULL DEFAULT 'x' CHECK (a <> ''), CONSTRAINT low CHECK (a IN ('x', 'y')));
CREATE INDEX t_a ON t (a) WHERE a <> 'x';
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE TABLE t (a text NOT NULL DEFAULT 'x' CHECK (a <> ''), CONSTRAINT low CHECK (a IN ('x', 'y')));
CREATE INDEX t_a ON t (a) WHERE a <> 'x';
CREATE VIEW v AS SELECT a FROM t;

-- rows
INSERT INTO t VALUES ('y');

-- then
SELECT a FROM v;
-- y

-- plan
-- file 1 of 5, in a transaction: creates constraint low on t, constraint t_a_check on t, view v; changes column t.a; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE text;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'x'::text;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_low CHECK ((a = ANY (ARRAY['x'::text, 'y'::text]))) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_t_a_check CHECK ((a <> ''::text)) NOT VALID;

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

COMMIT;

-- file 2 of 5, outside a transaction: creates index t_a

CREATE INDEX CONCURRENTLY feedstock_new_t_a ON public.t USING btree (a) WHERE (a <> 'x'::text);

-- file 3 of 5, outside a transaction: creates index t_a

DROP INDEX CONCURRENTLY public.t_a;

-- file 4 of 5, in a transaction: validates constraint low on t, constraint t_a_check on t; analyzes column t.a
-- hazard add-check:t.low: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.t_a_check: fails if a row breaks it

BEGIN;

ANALYZE public.t (a);

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_low,
    VALIDATE CONSTRAINT feedstock_new_t_a_check;

COMMIT;

-- file 5 of 5, in a transaction: creates constraint low on t, constraint t_a_check on t, index t_a

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT low;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_low TO low;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_t_a_check TO t_a_check;

ALTER INDEX public.feedstock_new_t_a RENAME TO t_a;

COMMIT;

-- plan from 16
-- file 1 of 5, in a transaction: creates constraint low on t, constraint t_a_check on t, view v; changes column t.a; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE text;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'x'::text;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_low CHECK ((a = ANY (ARRAY['x'::text, 'y'::text]))) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_t_a_check CHECK ((a <> ''::text)) NOT VALID;

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

COMMIT;

-- file 2 of 5, outside a transaction: creates index t_a

CREATE INDEX CONCURRENTLY feedstock_new_t_a ON public.t USING btree (a) WHERE (a <> 'x'::text);

-- file 3 of 5, outside a transaction: creates index t_a

DROP INDEX CONCURRENTLY public.t_a;

-- file 4 of 5, in a transaction: validates constraint low on t, constraint t_a_check on t; analyzes column t.a
-- hazard add-check:t.low: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.t_a_check: fails if a row breaks it

BEGIN;

ANALYZE public.t (a);

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_low,
    VALIDATE CONSTRAINT feedstock_new_t_a_check;

COMMIT;

-- file 5 of 5, in a transaction: creates constraint low on t, constraint t_a_check on t, index t_a

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT low;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_low TO low;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_t_a_check TO t_a_check;

ALTER INDEX public.feedstock_new_t_a RENAME TO t_a;

COMMIT;
