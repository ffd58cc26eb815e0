-- A text whose check allows only labels of the enum becomes the enum without a question.

-- from
CREATE TABLE t (id integer, mood text DEFAULT 'ok' CHECK (mood IN ('ok', 'sad')));

-- to
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (id integer, mood mood DEFAULT 'ok');

-- rows
INSERT INTO t VALUES (1, 'sad'), (2, NULL);

-- then
SELECT id, mood FROM t ORDER BY id;
-- 1 | sad
-- 2 | NULL

-- plan
-- file 1 of 2, in a transaction: creates enum mood; changes column t.mood; drops constraint t_mood_check on t
-- hazard change-type:t.mood: text to public.mood: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_mood_check;

ALTER TABLE public.t ALTER COLUMN mood DROP DEFAULT;

CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'glad');

ALTER TABLE public.t ALTER COLUMN mood TYPE public.mood USING mood::public.mood;
ALTER TABLE public.t ALTER COLUMN mood SET DEFAULT 'ok'::public.mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.mood

BEGIN;

ANALYZE public.t (mood);

COMMIT;
