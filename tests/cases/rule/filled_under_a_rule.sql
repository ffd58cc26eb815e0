-- A rule on UPDATE is off while the rows of its table get a value, and goes on as it was.
-- fill: t.b = a * 2
-- fill: u.b = a * 2

-- from
CREATE TABLE t (a integer);
CREATE TABLE u (a integer, b integer);
CREATE RULE never AS ON UPDATE TO t DO INSTEAD NOTHING;
CREATE RULE "Al""so" AS ON UPDATE TO u DO ALSO DELETE FROM t;
CREATE RULE always AS ON UPDATE TO u WHERE old.a > 1 DO INSTEAD NOTHING;
ALTER TABLE u ENABLE ALWAYS RULE always;

-- to
CREATE TABLE t (a integer, b integer NOT NULL, c uuid DEFAULT gen_random_uuid());
CREATE TABLE u (a integer, b integer NOT NULL);
CREATE RULE never AS ON UPDATE TO t DO INSTEAD NOTHING;
CREATE RULE "Al""so" AS ON UPDATE TO u DO ALSO DELETE FROM t;
CREATE RULE always AS ON UPDATE TO u WHERE old.a > 1 DO INSTEAD NOTHING;
ALTER TABLE u ENABLE ALWAYS RULE always;

-- rows
INSERT INTO t VALUES (1), (2);
INSERT INTO u VALUES (1), (2);

-- then
SELECT a, b, c IS NULL FROM t;
-- 1 | 2 | f
-- 2 | 4 | f
SELECT a, b FROM u;
-- 1 | 2
-- 2 | 4

-- plan
-- file 1 of 2, in a transaction: creates column t.b, column t.c; fills column t.b
-- hazard skips-rule:t.never: is off while rows get a value; others wait for the table

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer;
ALTER TABLE public.t DISABLE RULE never;
UPDATE public.t SET b = a * 2;
ALTER TABLE public.t ENABLE RULE never;
ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;

ALTER TABLE public.t ADD COLUMN c uuid DEFAULT gen_random_uuid();

COMMIT;

-- file 2 of 2, in a transaction: changes column u.b; fills column u.b
-- hazard skips-rule:u.Al"so: is off while rows get a value; others wait for the table
-- hazard skips-rule:u.always: is off while rows get a value; others wait for the table

BEGIN;

ALTER TABLE public.u DISABLE RULE "Al""so";
ALTER TABLE public.u DISABLE RULE always;
UPDATE public.u SET b = a * 2 WHERE b IS NULL;
ALTER TABLE public.u ENABLE RULE "Al""so";
ALTER TABLE public.u ENABLE ALWAYS RULE always;
ALTER TABLE public.u ALTER COLUMN b SET NOT NULL;

COMMIT;
