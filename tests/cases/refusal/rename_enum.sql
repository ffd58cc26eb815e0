-- A value went and another came in its place: that looks like a rename.

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood);

-- to
CREATE TYPE mood AS ENUM ('blue', 'glad');
CREATE TABLE t (mood mood);

-- refused
drop-enum-value:mood.sad: fails if a row has the label; rows must be changed first
  help: if sad became blue, write on its variant: #[pg_enum(renamed_from = "sad")]
        if that is what you want: --allow drop-enum-value:mood.sad

-- plan
-- file 1 of 2, in a transaction: changes enum mood, column t.mood
-- hazard drop-enum-value:mood.sad: fails if a row has the label; rows must be changed first

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('blue', 'glad');

ALTER TABLE public.t ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.mood

BEGIN;

ANALYZE public.t (mood);

COMMIT;
