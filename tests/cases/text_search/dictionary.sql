-- A text search dictionary comes, another goes, a third has other options.

-- from
CREATE TEXT SEARCH DICTIONARY old (TEMPLATE = simple);
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, LANGUAGE = english);

-- to
CREATE TEXT SEARCH DICTIONARY new (TEMPLATE = simple, STOPWORDS = english, ACCEPT = false);
COMMENT ON TEXT SEARCH DICTIONARY new IS 'simple';
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);

-- plan
-- creates text search dictionary public.d, text search dictionary public.new; drops text search dictionary public.d, text search dictionary public.old

BEGIN;

DROP TEXT SEARCH DICTIONARY public.d;
CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = pg_catalog.snowball, language = 'english', stopwords = 'english');

CREATE TEXT SEARCH DICTIONARY public.new (TEMPLATE = pg_catalog.simple, stopwords = 'english', accept = 'false');
COMMENT ON TEXT SEARCH DICTIONARY public.new IS 'simple';

DROP TEXT SEARCH DICTIONARY public.old;

COMMIT;
