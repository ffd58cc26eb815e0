-- A domain's type changes under a column with an index and a view on it.

-- from
CREATE DOMAIN d AS integer CHECK (VALUE > 0);
CREATE TABLE t (a d DEFAULT 3, b d[]);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
CREATE TABLE t (a d DEFAULT 3, b d[]);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;

-- rows
INSERT INTO t VALUES (5, '{6}');

-- then
SELECT a, b FROM t;
-- 5 | {6}

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column t.a, domain d, column t.a, column t.b; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS bigint;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d USING a::text::public.d,
    ALTER COLUMN b TYPE public.d[] USING b::text[]::public.d[];

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 3;

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column t.a, domain d, column t.a, column t.b; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS bigint;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

ALTER TABLE public.t ALTER COLUMN a TYPE public.d USING a::text::public.d,
    ALTER COLUMN b TYPE public.d[] USING b::text[]::public.d[];

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 3;

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
