-- A value of an enum goes, and so does the only column that used it: nothing more is lost than the column.
-- allow: drop-column:t.mood

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id integer, mood mood);

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (id integer);

-- plan
-- changes enum mood; drops column t.mood
-- hazard drop-column:t.mood: the column and its values are lost

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad');

ALTER TABLE public.t DROP COLUMN mood;

DROP TYPE public.feedstock_old_mood;

COMMIT;
