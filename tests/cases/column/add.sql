-- New columns, nullable, with a default, with a comment.

-- from
CREATE TABLE t (id integer);

-- to
CREATE TABLE t (id integer, a text, b integer NOT NULL DEFAULT 0, c timestamp DEFAULT now());
COMMENT ON COLUMN t.a IS 'first';

-- plan
-- creates column t.a, column t.b, column t.c

BEGIN;

ALTER TABLE public.t ADD COLUMN a text;
COMMENT ON COLUMN public.t.a IS 'first';

ALTER TABLE public.t ADD COLUMN b integer NOT NULL DEFAULT 0;

ALTER TABLE public.t ADD COLUMN c timestamp without time zone DEFAULT now();

COMMIT;
