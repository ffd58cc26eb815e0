-- A range type with everything that it can have, and a table of it.

-- from
CREATE FUNCTION apart(text, text) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 0.0::double precision';

-- to
CREATE FUNCTION apart(text, text) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT 0.0::double precision';
CREATE TYPE words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C", SUBTYPE_DIFF = apart,
    MULTIRANGE_TYPE_NAME = many_words);
CREATE TABLE t (a words, b many_words, c many_words[]);

-- plan
-- creates type words, table t

BEGIN;

CREATE TYPE public.words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = pg_catalog.text_pattern_ops, COLLATION = pg_catalog."C", SUBTYPE_DIFF = public.apart, MULTIRANGE_TYPE_NAME = public.many_words);

CREATE TABLE public.t (
    a public.words,
    b public.many_words,
    c public.many_words[]
);

COMMIT;
