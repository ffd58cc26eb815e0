-- Values in front, in the middle and at the end.

-- from
CREATE TYPE mood AS ENUM ('b', 'd');
CREATE TABLE t (mood mood);

-- to
CREATE TYPE mood AS ENUM ('a', 'b', 'c1', 'c2', 'd', 'e', 'f');
CREATE TABLE t (mood mood);

-- plan
-- changes enum mood

BEGIN;

ALTER TYPE public.mood ADD VALUE 'a' BEFORE 'b';
ALTER TYPE public.mood ADD VALUE 'c1' BEFORE 'd';
ALTER TYPE public.mood ADD VALUE 'c2' BEFORE 'd';
ALTER TYPE public.mood ADD VALUE 'e';
ALTER TYPE public.mood ADD VALUE 'f';

COMMIT;
