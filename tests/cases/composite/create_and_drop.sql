-- A composite type comes and another one goes.

-- from
CREATE TYPE old AS (a integer);

-- to
CREATE TYPE pair AS (a integer, "B b" text COLLATE "C");
CREATE TABLE t (p pair, ps pair[]);

-- plan
CREATE TYPE public.pair AS (a integer, "B b" text COLLATE pg_catalog."C");

CREATE TABLE "public"."t" (
    "p" public.pair,
    "ps" public.pair[]
);

-- hazard drop-type:old: a program that names it fails
DROP TYPE "public"."old";
