-- Range types in use change their collation, subtype or multirange's name, or lie over an enum that is made anew.
-- superuser

-- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TYPE words AS RANGE (SUBTYPE = text);
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE TYPE "a.B" AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = "many (""B"")");
CREATE TYPE es AS RANGE (SUBTYPE = e);
CREATE TABLE t (w words, ws words_multirange, s span, ss span_multirange[], b "a.B", e es);
CREATE VIEW v AS SELECT span(1, 2) AS one, span_multirange(span(1, 2)) AS many, words('a', 'b') AS w;

-- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE TYPE words AS RANGE (SUBTYPE = text, COLLATION = "C");
CREATE TYPE span AS RANGE (SUBTYPE = bigint);
CREATE TYPE "a.B" AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = bs);
CREATE TYPE es AS RANGE (SUBTYPE = e);
CREATE TABLE t (w words, ws words_multirange, s span, ss span_multirange[], b "a.B", e es);
CREATE VIEW v AS SELECT span(1, 2) AS one, span_multirange(span(1, 2)) AS many, words('a', 'b') AS w;

-- rows
INSERT INTO t VALUES ('[a,b)', '{[a,b)}', '[1,3)', '{"{[1,3)}"}', '[2020-01-01,2020-01-03)', '[a,a]');

-- then
SELECT * FROM t;
-- [a,b) | {[a,b)} | [1,3) | {"{[1,3)}"} | [2020-01-01,2020-01-03) | [a,a]

-- plan
-- file 1 of 2, in a transaction: creates view v; changes enum e, type a.B, type es, type span, type words and 1 more; drops view v
-- hazard unsafe-cast:t.b: its values are read again from their text; fails if one does not fit the new attributes
-- hazard unsafe-cast:t.s: its values are read again from their text; fails if one does not fit the new attributes
-- hazard unsafe-cast:t.ss: its values are read again from their text; fails if one does not fit the new attributes
-- hazard unsafe-cast:t.w: its values are read again from their text; fails if one does not fit the new attributes
-- hazard unsafe-cast:t.ws: its values are read again from their text; fails if one does not fit the new attributes

BEGIN;

DROP VIEW public.v;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('b', 'a');

ALTER TYPE public."a.B" RENAME TO "feedstock_old_a.B";
ALTER TYPE public."many (""B"")" RENAME TO "feedstock_old_many (""B"")";
ALTER FUNCTION public."many (""B"")"() RENAME TO "feedstock_old_many (""B"")";
ALTER FUNCTION public."a.B"(date, date) RENAME TO "feedstock_old_a.B";
ALTER FUNCTION public."a.B"(date, date, text) RENAME TO "feedstock_old_a.B";
CREATE TYPE public."a.B" AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = public.bs);

ALTER TYPE public.es RENAME TO feedstock_old_es;
ALTER TYPE public.es_multirange RENAME TO feedstock_old_es_multirange;
ALTER FUNCTION public.es_multirange() RENAME TO feedstock_old_es_multirange;
CREATE TYPE public.es AS RANGE (SUBTYPE = public.e, MULTIRANGE_TYPE_NAME = public.es_multirange);

ALTER TYPE public.span RENAME TO feedstock_old_span;
ALTER TYPE public.span_multirange RENAME TO feedstock_old_span_multirange;
ALTER FUNCTION public.span_multirange() RENAME TO feedstock_old_span_multirange;
ALTER FUNCTION public.span(integer, integer) RENAME TO feedstock_old_span;
ALTER FUNCTION public.span(integer, integer, text) RENAME TO feedstock_old_span;
CREATE TYPE public.span AS RANGE (SUBTYPE = bigint, MULTIRANGE_TYPE_NAME = public.span_multirange);

ALTER TYPE public.words RENAME TO feedstock_old_words;
ALTER TYPE public.words_multirange RENAME TO feedstock_old_words_multirange;
ALTER FUNCTION public.words_multirange() RENAME TO feedstock_old_words_multirange;
ALTER FUNCTION public.words(text, text) RENAME TO feedstock_old_words;
ALTER FUNCTION public.words(text, text, text) RENAME TO feedstock_old_words;
CREATE TYPE public.words AS RANGE (SUBTYPE = text, COLLATION = pg_catalog."C", MULTIRANGE_TYPE_NAME = public.words_multirange);

ALTER TABLE public.t ALTER COLUMN b TYPE public."a.B" USING b::text::public."a.B",
    ALTER COLUMN e TYPE public.es USING e::text::public.es,
    ALTER COLUMN s TYPE public.span USING s::text::public.span,
    ALTER COLUMN ss TYPE public.span_multirange[] USING ss::text[]::public.span_multirange[],
    ALTER COLUMN w TYPE public.words USING w::text::public.words,
    ALTER COLUMN ws TYPE public.words_multirange USING ws::text::public.words_multirange;

CREATE VIEW public.v AS
 SELECT public.span((1)::bigint, (2)::bigint) AS one,
    public.span_multirange(public.span((1)::bigint, (2)::bigint)) AS many,
    public.words('a'::text, 'b'::text) AS w;

DROP TYPE public.feedstock_old_words;

DROP TYPE public.feedstock_old_span;

DROP TYPE public.feedstock_old_es;

DROP TYPE public."feedstock_old_a.B";

DROP TYPE public.feedstock_old_e;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.b, column t.e, column t.s, column t.ss, column t.w, column t.ws

BEGIN;

ANALYZE public.t (b, e, s, ss, w, ws);

COMMIT;
