-- Statistics on an expression, in another schema.

-- from
CREATE SCHEMA other;
CREATE TABLE t (a integer, b integer, c text);

-- to
CREATE SCHEMA other;
CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS other.s ON lower(c) FROM t;

-- plan
-- creates statistics other.s on t

BEGIN;

CREATE STATISTICS other.s ON lower(c) FROM public.t;

COMMIT;
