-- A domain asks for more while arrays of it have a default, a generated column, an index and a view.

-- from
CREATE DOMAIN d AS integer;
CREATE TABLE t (id integer, a d[] DEFAULT '{1}', g d[] GENERATED ALWAYS AS (ARRAY[id::d]) STORED);
CREATE INDEX i ON t ((a[1]));
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TABLE t (id integer, a d[] DEFAULT '{1}', g d[] GENERATED ALWAYS AS (ARRAY[id::d]) STORED);
CREATE INDEX i ON t ((a[1]));
CREATE VIEW v AS SELECT a FROM t;

-- rows
INSERT INTO t (id, a) VALUES (1, '{1,2}'), (2, NULL);

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column t.a, domain d, column t.a, column t.g; drops view v, column t.g
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER TABLE public.t DROP COLUMN g;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d[] USING a::text[]::public.d[],
    ADD COLUMN g public.d[] GENERATED ALWAYS AS (ARRAY[(id)::public.d]) STORED;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{1}'::public.d[];

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column t.a, domain d, column t.a, column t.g; drops view v, column t.g
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER TABLE public.t DROP COLUMN g;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS integer;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d[] USING a::text[]::public.d[],
    ADD COLUMN g public.d[] GENERATED ALWAYS AS (ARRAY[(id)::public.d]) STORED;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{1}'::public.d[];

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
