-- A rule is disabled, another one enabled again.

-- from
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE x AS ON INSERT TO t DO NOTHING;
CREATE RULE y AS ON INSERT TO t DO NOTHING;
ALTER TABLE t DISABLE RULE y;

-- to
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE x AS ON INSERT TO t DO NOTHING;
CREATE RULE y AS ON INSERT TO t DO NOTHING;
ALTER TABLE t DISABLE RULE x;

-- plan
-- changes rule x on t, rule y on t

BEGIN;

ALTER TABLE public.t DISABLE RULE x;

ALTER TABLE public.t ENABLE RULE y;

COMMIT;
