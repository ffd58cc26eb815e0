-- An enum loses a label under arrays, domains, composite types, defaults and an index.
-- allow: drop-enum-value:e.c

-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS e CHECK (VALUE <> 'b') DEFAULT 'a';
CREATE TYPE k AS (e e, n integer);
CREATE TABLE t (id integer, e e DEFAULT 'a', es e[] DEFAULT '{a}', d d, k k, ks k[] DEFAULT '{"(a,1)"}', ds d[]);
CREATE INDEX i ON t (e) WHERE e = 'a';

-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e CHECK (VALUE <> 'b') DEFAULT 'a';
CREATE TYPE k AS (e e, n integer);
CREATE TABLE t (id integer, e e DEFAULT 'a', es e[] DEFAULT '{a}', d d, k k, ks k[] DEFAULT '{"(a,1)"}', ds d[]);
CREATE INDEX i ON t (e) WHERE e = 'a';

-- rows
INSERT INTO t VALUES (1, 'a', '{a,b}', 'a', '(b,1)', '{"(a,2)",NULL}', '{a}');

-- plan
-- file 1 of 4, in a transaction: changes column t.ks, column t.es, column t.e, enum e, domain d and 2 more; drops index i
-- hazard drop-index:i: queries that use it are slow until it is built again
-- hazard drop-enum-value:e.c: fails if a row has the label; rows must be changed first

BEGIN;

DROP INDEX public.i;

ALTER TABLE public.t ALTER COLUMN ks DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN es DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN e DROP DEFAULT;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('a', 'b');

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS public.e;
ALTER DOMAIN public.d SET DEFAULT 'a'::public.e;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE <> 'b'::public.e));

ALTER TYPE public.k RENAME TO feedstock_old_k;
CREATE TYPE public.k AS (e public.e, n integer);

ALTER TABLE public.t ALTER COLUMN d TYPE public.d USING d::text::public.d,
    ALTER COLUMN ds TYPE public.d[] USING ds::text[]::public.d[],
    ALTER COLUMN e TYPE public.e USING e::text::public.e,
    ALTER COLUMN es TYPE public.e[] USING es::text[]::public.e[],
    ALTER COLUMN k TYPE public.k USING k::text::public.k,
    ALTER COLUMN ks TYPE public.k[] USING ks::text[]::public.k[];

ALTER TABLE public.t ALTER COLUMN e SET DEFAULT 'a'::public.e;

ALTER TABLE public.t ALTER COLUMN es SET DEFAULT '{a}'::public.e[];

ALTER TABLE public.t ALTER COLUMN ks SET DEFAULT '{"(a,1)"}'::public.k[];

COMMIT;

-- file 2 of 4, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (e) WHERE (e = 'a'::public.e);

-- file 3 of 4, in a transaction: analyzes column t.d, column t.ds, column t.e, column t.es, column t.k, column t.ks

BEGIN;

ANALYZE public.t (d, ds, e, es, k, ks);

COMMIT;

-- file 4 of 4, in a transaction: changes type k, domain d, enum e

BEGIN;

DROP TYPE public.feedstock_old_k;

DROP DOMAIN public.feedstock_old_d;

DROP TYPE public.feedstock_old_e;

COMMIT;
