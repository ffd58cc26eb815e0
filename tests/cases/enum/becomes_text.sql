-- An enum column becomes text, and the type goes.
-- one way: needs an expression

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood NOT NULL DEFAULT 'sad');

-- to
CREATE TABLE t (mood text NOT NULL DEFAULT 'sad' CHECK (mood IN ('sad', 'glad')));

-- plan
-- file 1 of 2, in a transaction: creates constraint t_mood_check on t; changes column t.mood; drops enum mood
-- hazard change-type:t.mood: public.mood to text: a program that expects the old type may fail
-- hazard drop-type:mood: a program that names it fails

BEGIN;

ALTER TABLE public.t ALTER COLUMN mood DROP DEFAULT;
ALTER TABLE public.t ALTER COLUMN mood TYPE text;
ALTER TABLE public.t ALTER COLUMN mood SET DEFAULT 'sad'::text;

ALTER TABLE public.t ADD CONSTRAINT t_mood_check CHECK ((mood = ANY (ARRAY['sad'::text, 'glad'::text]))) NOT VALID;

DROP TYPE public.mood;

COMMIT;

-- file 2 of 2, in a transaction: validates constraint t_mood_check on t; analyzes column t.mood
-- hazard add-check:t.t_mood_check: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.t (mood);

ALTER TABLE public.t VALIDATE CONSTRAINT t_mood_check;

COMMIT;
