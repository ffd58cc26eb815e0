-- A composite type loses an attribute under a column: values are read again from their text, which rows may not bear.

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE TYPE outside AS (it pair);
CREATE TABLE t (p pair, o outside);

-- to
CREATE TYPE pair AS (a integer);
CREATE TYPE outside AS (it pair);
CREATE TABLE t (p pair, o outside);

-- plan
ALTER TYPE "public"."pair" RENAME TO "feedstock_old_pair";
CREATE TYPE public.pair AS (a integer);

ALTER TYPE "public"."outside" RENAME TO "feedstock_old_outside";
CREATE TYPE public.outside AS (it public.pair);

-- hazard unsafe-cast:t.o: its values are read again from their text; fails if one does not fit the new attributes
ALTER TABLE "public"."t" ALTER COLUMN "o" TYPE public.outside USING "o"::text::public.outside;

-- hazard unsafe-cast:t.p: its values are read again from their text; fails if one does not fit the new attributes
ALTER TABLE "public"."t" ALTER COLUMN "p" TYPE public.pair USING "p"::text::public.pair;

DROP TYPE "public"."feedstock_old_outside";

DROP TYPE "public"."feedstock_old_pair";
