-- A dictionary that a configuration uses has other options.

-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (to_tsvector('public.c', a));

-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d;
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (to_tsvector('public.c', a));

-- plan
-- file 1 of 2, in a transaction: creates text search dictionary public.d, text search configuration public.c; drops index i, text search configuration public.c, text search dictionary public.d
-- hazard drop-index:i: queries that use it are slow until it is built again

BEGIN;

DROP INDEX public.i;

DROP TEXT SEARCH CONFIGURATION public.c;

DROP TEXT SEARCH DICTIONARY public.d;
CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.simple, stopwords = 'english');

CREATE TEXT SEARCH CONFIGURATION public.c (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION public.c ADD MAPPING FOR word WITH public.d;

COMMIT;

-- file 2 of 2, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING gin (to_tsvector('public.c'::regconfig, a));
