-- A column's type comes from an extension.
-- allow: narrow-type:t.a

-- from
CREATE TABLE t (a text UNIQUE);

-- to
CREATE EXTENSION citext;
CREATE TABLE t (a citext UNIQUE);

-- plan
-- file 1 of 2, in a transaction: creates extension citext; changes column t.a
-- hazard narrow-type:t.a: text to public.citext: values may not fit or may be changed

BEGIN;

CREATE EXTENSION citext WITH SCHEMA public;

ALTER TABLE public.t ALTER COLUMN a TYPE public.citext;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
