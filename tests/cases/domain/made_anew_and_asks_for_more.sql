-- A domain is made anew with its enum, and asks for more than it did: old values may break that.

-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS e CHECK (VALUE <> 'c') CONSTRAINT same CHECK (VALUE <> 'a');
CREATE TABLE t (s d);

-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE DOMAIN d AS e NOT NULL CHECK (VALUE <> 'b') CONSTRAINT same CHECK (VALUE <> 'a');
CREATE TABLE t (s d);

-- plan
-- file 1 of 2, in a transaction: changes enum e, domain d, column t.s
-- hazard set-not-null:d: fails if a column of this type has NULL
-- hazard add-check:d.d_check: fails if a value of this type breaks it

BEGIN;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('c', 'b', 'a');

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS public.e;
ALTER DOMAIN public.d SET NOT NULL;
ALTER DOMAIN public.d ADD CONSTRAINT d_check CHECK ((VALUE <> 'b'::public.e));
ALTER DOMAIN public.d ADD CONSTRAINT same CHECK ((VALUE <> 'a'::public.e));

ALTER TABLE public.t ALTER COLUMN s TYPE public.d USING s::text::public.d;

DROP DOMAIN public.feedstock_old_d;

DROP TYPE public.feedstock_old_e;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.s

BEGIN;

ANALYZE public.t (s);

COMMIT;
