-- Values in another order.

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood PRIMARY KEY);

-- to
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE t (mood mood PRIMARY KEY);

-- rows
INSERT INTO t VALUES ('sad'), ('glad');

-- then
SELECT mood FROM t ORDER BY mood;
-- glad
-- sad

-- plan
-- file 1 of 2, in a transaction: changes enum mood, column t.mood

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('glad', 'sad');

ALTER TABLE public.t ALTER COLUMN mood TYPE public.mood USING mood::text::public.mood;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.mood

BEGIN;

ANALYZE public.t (mood);

COMMIT;
