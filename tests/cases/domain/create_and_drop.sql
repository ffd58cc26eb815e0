-- A domain with everything comes, another one goes.
-- allow: drop-column:t.b

-- from
CREATE DOMAIN old AS text;
CREATE TABLE t (a integer, b old);

-- to
CREATE DOMAIN email AS text COLLATE "C" DEFAULT 'a@b' NOT NULL CONSTRAINT at CHECK (VALUE LIKE '%@%');
CREATE TABLE t (a integer, c email);

-- plan
-- creates domain email, column t.c; drops column t.b, domain old
-- hazard drop-column:t.b: the column and its values are lost
-- hazard drop-type:old: a program that names it fails

BEGIN;

CREATE DOMAIN public.email AS text COLLATE pg_catalog."C";
ALTER DOMAIN public.email SET DEFAULT 'a@b'::text;
ALTER DOMAIN public.email SET NOT NULL;
ALTER DOMAIN public.email ADD CONSTRAINT at CHECK ((VALUE ~~ '%@%'::text));

ALTER TABLE public.t ADD COLUMN c public.email;

ALTER TABLE public.t DROP COLUMN b;

DROP DOMAIN public.old;

COMMIT;
