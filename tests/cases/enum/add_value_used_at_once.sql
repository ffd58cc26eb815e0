-- A new value is a default at once: two files, each a transaction of its own.

-- from
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (mood mood DEFAULT 'sad');

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood DEFAULT 'glad');
CREATE INDEX glad ON t (mood) WHERE mood = 'glad';

-- plan
-- file 1 of 3, in a transaction: changes enum mood

BEGIN;

ALTER TYPE public.mood ADD VALUE 'glad';

COMMIT;

-- file 2 of 3, in a transaction: changes column t.mood

BEGIN;

ALTER TABLE public.t ALTER COLUMN mood SET DEFAULT 'glad'::public.mood;

COMMIT;

-- file 3 of 3, outside a transaction: creates index glad

CREATE INDEX CONCURRENTLY glad ON public.t USING btree (mood) WHERE (mood = 'glad'::public.mood);
