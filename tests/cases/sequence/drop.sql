-- A sequence goes with the default that used it.

-- from
CREATE SEQUENCE q;
CREATE TABLE t (a integer DEFAULT nextval('q'));

-- to
CREATE TABLE t (a integer);

-- plan
-- changes column t.a; drops sequence q
-- hazard drop-sequence:q: a program that uses it fails

BEGIN;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

DROP SEQUENCE public.q;

COMMIT;
