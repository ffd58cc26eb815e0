-- Attributes of a composite type in use move, go, come and change: values follow the names, and NULL stays NULL.
-- allow: drop-attribute:pair.gone
-- allow: narrow-type:t.p
-- allow: narrow-type:t.o

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (a integer, "b, b" integer, gone text, c numeric, m mood);
CREATE TYPE outside AS (it pair, of mood);
CREATE TABLE t (id integer, p pair, o outside);

-- to
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TYPE pair AS ("b, b" bigint, new text, m mood, a integer, c integer);
CREATE TYPE outside AS (it pair, of mood);
CREATE TABLE t (id integer, p pair, o outside);

-- rows
INSERT INTO t VALUES (1, '(1,2,x,3,sad)', ROW('(4,5,y,6,glad)', 'sad'));
INSERT INTO t VALUES (2, NULL, ROW(NULL, 'glad')), (3, ROW(NULL, NULL, NULL, NULL, NULL), NULL);

-- then
SELECT p::text, o::text FROM t ORDER BY id;
-- (2,,sad,1,3) | ("(5,,glad,4,6)",sad)
-- NULL | (,glad)
-- (,,,,) | NULL

-- plan
-- file 1 of 2, in a transaction: changes enum mood, type pair, type outside, column t.o, column t.p
-- hazard drop-attribute:pair.gone: its values are lost
-- hazard narrow-type:t.o: c of type pair: numeric to integer: values may not fit or may be changed
-- hazard narrow-type:t.p: c of type pair: numeric to integer: values may not fit or may be changed

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('glad', 'sad');

ALTER TYPE public.pair RENAME TO feedstock_old_pair;
CREATE TYPE public.pair AS ("b, b" bigint, new text, m public.mood, a integer, c integer);

ALTER TYPE public.outside RENAME TO feedstock_old_outside;
CREATE TYPE public.outside AS (it public.pair, of public.mood);

ALTER TABLE public.t ALTER COLUMN o TYPE public.outside USING CASE WHEN o IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(CASE WHEN (o).it IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW(((o).it)."b, b", NULL, ((o).it).m::text::public.mood, ((o).it).a, ((o).it).c::text::integer)::public.pair END, (o).of::text::public.mood)::public.outside END,
    ALTER COLUMN p TYPE public.pair USING CASE WHEN p IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW((p)."b, b", NULL, (p).m::text::public.mood, (p).a, (p).c::text::integer)::public.pair END;

DROP TYPE public.feedstock_old_outside;

DROP TYPE public.feedstock_old_pair;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.o, column t.p

BEGIN;

ANALYZE public.t (o, p);

COMMIT;
