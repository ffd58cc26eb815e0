-- A new enum, used by a new column.

-- from
CREATE TABLE t (id integer);

-- to
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'glad');
COMMENT ON TYPE mood IS 'how it goes';
CREATE TABLE t (id integer, mood mood NOT NULL DEFAULT 'it''s ok', moods mood[] DEFAULT '{sad}');

-- plan
-- creates enum mood, column t.mood, column t.moods

BEGIN;

CREATE TYPE public.mood AS ENUM ('sad', 'it''s ok', 'glad');
COMMENT ON TYPE public.mood IS 'how it goes';

ALTER TABLE public.t ADD COLUMN mood public.mood NOT NULL DEFAULT 'it''s ok'::public.mood;

ALTER TABLE public.t ADD COLUMN moods public.mood[] DEFAULT '{sad}'::public.mood[];

COMMIT;
