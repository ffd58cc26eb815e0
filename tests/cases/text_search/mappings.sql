-- What a configuration maps to what changes; the column that is computed with it stays.

-- from
CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
CREATE TABLE t (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c', a)) STORED);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word, email WITH simple;

-- to
CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
CREATE TABLE t (a text, v tsvector GENERATED ALWAYS AS (to_tsvector('public.c', a)) STORED);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH english_stem, simple;
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR host WITH simple;

-- plan
-- changes text search configuration public.c

BEGIN;

ALTER TEXT SEARCH CONFIGURATION public.c DROP MAPPING FOR email;
ALTER TEXT SEARCH CONFIGURATION public.c DROP MAPPING FOR word;
ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR word WITH pg_catalog.english_stem, pg_catalog.simple;
ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR host WITH pg_catalog.simple;

COMMIT;
