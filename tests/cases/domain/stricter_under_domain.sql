-- A domain asks for more under another domain.

-- from
CREATE DOMAIN d AS integer;
CREATE DOMAIN dd AS d;
CREATE TABLE t (id integer, a dd, b d);

-- to
CREATE DOMAIN d AS integer CHECK (VALUE > 0) NOT NULL;
CREATE DOMAIN dd AS d;
CREATE TABLE t (id integer, a dd, b d);

-- rows
INSERT INTO t VALUES (1, 1, 2);

-- plan
-- changes domain d
-- hazard set-not-null:d: fails if a column of this type has NULL
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.d SET NOT NULL;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE > 0));

COMMIT;
