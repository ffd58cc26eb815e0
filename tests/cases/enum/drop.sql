-- An enum goes with the column that used it.
-- allow: drop-column:t.mood

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (id integer, mood mood DEFAULT 'sad');

-- to
CREATE TABLE t (id integer);

-- plan
-- drops column t.mood, enum mood
-- hazard drop-column:t.mood: the column and its values are lost
-- hazard drop-type:mood: a program that names it fails

BEGIN;

ALTER TABLE public.t DROP COLUMN mood;

DROP TYPE public.mood;

COMMIT;
