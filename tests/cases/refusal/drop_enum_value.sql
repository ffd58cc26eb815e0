-- A value that rows may have would go.

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (mood mood);

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (mood mood);

-- refused
drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first
  help: if that is what you want: --allow drop-enum-value:mood.ok
drop-enum-value:mood.glad: fails if a row has the label; rows must be changed first
  help: if that is what you want: --allow drop-enum-value:mood.glad

-- plan
-- file 1 of 2, in a transaction: changes enum mood, column t.mood
-- hazard drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first
-- hazard drop-enum-value:mood.glad: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad');

ALTER TABLE public.t ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.mood

BEGIN;

ANALYZE public.t (mood);

COMMIT;
