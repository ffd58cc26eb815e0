-- A json column becomes jsonb.
-- using: t.a = a::jsonb
-- one way: the way back needs a --using of its own

-- from
CREATE TABLE t (a json DEFAULT '{}');
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE TABLE t (a jsonb DEFAULT '{}');
CREATE VIEW v AS SELECT a FROM t;

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column t.a; drops view v
-- hazard change-type:v.a: json to jsonb: a program that expects the old type may fail
-- hazard change-type:t.a: json to jsonb: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE jsonb USING a::jsonb;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{}'::jsonb;

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column t.a; drops view v
-- hazard change-type:v.a: json to jsonb: a program that expects the old type may fail
-- hazard change-type:t.a: json to jsonb: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN a TYPE jsonb USING a::jsonb;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{}'::jsonb;

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
