-- A domain's default, nullability and checks change under a column.

-- from
CREATE DOMAIN d AS integer DEFAULT 1 CONSTRAINT gone CHECK (VALUE < 9) CONSTRAINT changed CHECK (VALUE > 0);
CREATE TABLE t (a d);

-- to
CREATE DOMAIN d AS integer DEFAULT 2 NOT NULL CONSTRAINT changed CHECK (VALUE > 1) CONSTRAINT added CHECK (VALUE < 100);
CREATE TABLE t (a d);

-- rows
INSERT INTO t VALUES (5);

-- then
SELECT a FROM t;
-- 5

-- plan
-- changes domain d
-- hazard set-not-null:d: fails if a column of this type has NULL
-- hazard add-check:d.added: fails if a value of this type breaks it
-- hazard add-check:d.changed: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.d DROP CONSTRAINT gone;
ALTER DOMAIN public.d DROP CONSTRAINT changed;
ALTER DOMAIN public.d SET DEFAULT 2;
ALTER DOMAIN public.d SET NOT NULL;
ALTER DOMAIN public.d ADD CONSTRAINT added CHECK ((VALUE < 100));
ALTER DOMAIN public.d ADD CONSTRAINT changed CHECK ((VALUE > 1));

COMMIT;
