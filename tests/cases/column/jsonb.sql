-- Columns of json, jsonb, arrays and ranges come with defaults.

-- from
CREATE TABLE t (id integer);

-- to
CREATE TABLE t (id integer, a jsonb NOT NULL DEFAULT '{"a": [1]}', b json DEFAULT 'null', c integer[] DEFAULT '{1,2}', d int4range DEFAULT '[1,2)', e bytea DEFAULT '\x00', f interval DEFAULT '1 day');

-- plan
-- creates column t.a, column t.b, column t.c, column t.d, column t.e and 1 more

BEGIN;

ALTER TABLE public.t ADD COLUMN a jsonb NOT NULL DEFAULT '{"a": [1]}'::jsonb;

ALTER TABLE public.t ADD COLUMN b json DEFAULT 'null'::json;

ALTER TABLE public.t ADD COLUMN c integer[] DEFAULT '{1,2}'::integer[];

ALTER TABLE public.t ADD COLUMN d int4range DEFAULT '[1,2)'::int4range;

ALTER TABLE public.t ADD COLUMN e bytea DEFAULT '\x00'::bytea;

ALTER TABLE public.t ADD COLUMN f interval DEFAULT '1 day'::interval;

COMMIT;
