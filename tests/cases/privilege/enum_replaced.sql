-- An enum that loses a label keeps its privileges.
-- allow: drop-enum-value:mood.ok

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a mood);
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO case_reader;

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (a mood);
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO case_reader;

-- plan
-- file 1 of 2, in a transaction: changes enum mood, column t.a
-- hazard drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad');
REVOKE USAGE ON TYPE public.mood FROM PUBLIC;
GRANT USAGE ON TYPE public.mood TO case_reader;

ALTER TABLE public.t ALTER COLUMN a TYPE public.mood USING a::text::public.mood;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
