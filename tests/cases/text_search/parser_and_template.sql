-- A parser and a template come, others go.
-- superuser

-- from
CREATE TEXT SEARCH PARSER old (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE bare (LEXIZE = dsimple_lexize);

-- to
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
COMMENT ON TEXT SEARCH PARSER p IS 'p';
CREATE TEXT SEARCH TEMPLATE t (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = t);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = p);

-- plan
-- creates text search parser public.p, text search configuration public.c, text search template public.t, text search dictionary public.d; drops text search template public.bare, text search parser public.old

BEGIN;

CREATE TEXT SEARCH PARSER public.p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
COMMENT ON TEXT SEARCH PARSER public.p IS 'p';

CREATE TEXT SEARCH CONFIGURATION public.c (PARSER = public.p);

CREATE TEXT SEARCH TEMPLATE public.t (INIT = dsimple_init, LEXIZE = dsimple_lexize);

CREATE TEXT SEARCH DICTIONARY public.d (TEMPLATE = public.t);

DROP TEXT SEARCH TEMPLATE public.bare;

DROP TEXT SEARCH PARSER public.old;

COMMIT;
