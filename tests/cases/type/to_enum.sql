-- Text becomes an enum.
-- using: t.a = a::mood
-- one way: needs an expression too

-- from
CREATE TABLE t (a text NOT NULL DEFAULT 'sad' CHECK (a IN ('sad', 'glad')));

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (a mood NOT NULL DEFAULT 'sad');

-- rows
INSERT INTO t VALUES ('glad');

-- then
SELECT a FROM t;
-- glad

-- plan
-- file 1 of 2, in a transaction: creates enum mood; changes column t.a; drops constraint t_a_check on t
-- hazard change-type:t.a: text to public.mood: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

CREATE TYPE public.mood AS ENUM ('sad', 'glad');

ALTER TABLE public.t ALTER COLUMN a TYPE public.mood USING a::mood;
ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'sad'::public.mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
