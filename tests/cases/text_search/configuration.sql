-- A text search configuration comes, another goes.

-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION old (PARSER = "default");

-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION new (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION new ADD MAPPING FOR word, asciiword WITH d, english_stem;
COMMENT ON TEXT SEARCH CONFIGURATION new IS 'words';

-- plan
-- creates text search configuration public.new; drops text search configuration public.old

BEGIN;

CREATE TEXT SEARCH CONFIGURATION public.new (PARSER = pg_catalog."default");
ALTER TEXT SEARCH CONFIGURATION public.new ADD MAPPING FOR asciiword WITH public.d, pg_catalog.english_stem;
ALTER TEXT SEARCH CONFIGURATION public.new ADD MAPPING FOR word WITH public.d, pg_catalog.english_stem;
COMMENT ON TEXT SEARCH CONFIGURATION public.new IS 'words';

DROP TEXT SEARCH CONFIGURATION public.old;

COMMIT;
