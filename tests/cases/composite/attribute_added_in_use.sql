-- A composite type gets attributes under columns with rows: values stay where they are.

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN pairs AS pair[];
CREATE TABLE t (p pair, q pair[], r pairs);
CREATE INDEX ON t (p);
CREATE VIEW v AS SELECT p, (p).a FROM t;

-- to
CREATE TYPE mood AS ENUM ('glad');
CREATE TYPE pair AS (a integer, b integer, "the mood" mood, d text COLLATE "C");
COMMENT ON COLUMN pair.d IS 'new';
CREATE DOMAIN pairs AS pair[];
CREATE TABLE t (p pair, q pair[], r pairs);
CREATE INDEX ON t (p);
CREATE VIEW v AS SELECT p, (p).a FROM t;

-- rows
INSERT INTO t VALUES ('(1,2)', '{"(3,4)"}', '{"(5,6)"}');

-- then
SELECT p::text, q::text, r::text, (p).d FROM t;
-- (1,2,,) | {"(3,4,,)"} | {"(5,6,,)"} | NULL

-- plan
-- creates enum mood; changes type pair

BEGIN;

CREATE TYPE public.mood AS ENUM ('glad');

ALTER TYPE public.pair ADD ATTRIBUTE "the mood" public.mood, ADD ATTRIBUTE d text COLLATE pg_catalog."C";
COMMENT ON COLUMN public.pair.d IS 'new';

COMMIT;
