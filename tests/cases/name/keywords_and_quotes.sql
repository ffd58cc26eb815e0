-- Names that are keywords, upper case, with blanks, quotes, dots and other alphabets.

-- from
CREATE TABLE "select" ("table" integer PRIMARY KEY, "from" text);

-- to
CREATE TABLE "select" ("table" bigint PRIMARY KEY, "from" text, "a""b" text DEFAULT '"', "Ünï 雨" integer CHECK ("Ünï 雨" > 0), "a.b" integer);
CREATE INDEX "I ""x""" ON "select" ("a""b", "Ünï 雨") INCLUDE ("a.b");
CREATE TYPE "Mood's" AS ENUM ('it''s', 'a"b', E'back\\slash', 'ß');
CREATE TABLE "User" (id serial PRIMARY KEY, "order" integer REFERENCES "select", mood "Mood's" DEFAULT E'back\\slash');
COMMENT ON COLUMN "User"."order" IS E'it''s a "quote"\\\ntab';
COMMENT ON INDEX "I ""x""" IS '';

-- plan
-- file 1 of 3, in a transaction: creates enum Mood's, sequence User_id_seq, table User, column select.a"b, column select.a.b and 3 more; changes sequence User_id_seq, column select.table
-- hazard change-type:select.table: integer to bigint: a program that expects the old type may fail
-- hazard unindexed-foreign-key:User.User_order_fkey: no index begins with order: whoever deletes a row of select waits until all of User is read

BEGIN;

CREATE TYPE public."Mood's" AS ENUM ('it''s', 'a"b', E'back\\slash', 'ß');

CREATE SEQUENCE public."User_id_seq" AS integer;

CREATE TABLE public."User" (
    id integer NOT NULL DEFAULT nextval('public."User_id_seq"'::regclass),
    "order" integer,
    mood public."Mood's" DEFAULT 'back\slash'::public."Mood's",
    CONSTRAINT "User_pkey" PRIMARY KEY (id)
);
COMMENT ON COLUMN public."User"."order" IS E'it''s a "quote"\\
tab';

ALTER SEQUENCE public."User_id_seq" OWNED BY public."User".id;

ALTER TABLE public."select" ADD COLUMN "a""b" text DEFAULT '"'::text;

ALTER TABLE public."select" ADD COLUMN "a.b" integer;

ALTER TABLE public."select" ALTER COLUMN "table" TYPE bigint;

ALTER TABLE public."select" ADD COLUMN "Ünï 雨" integer;

ALTER TABLE public."select" ADD CONSTRAINT "select_Ünï 雨_check" CHECK (("Ünï 雨" > 0)) NOT VALID;

ALTER TABLE public."User" ADD CONSTRAINT "User_order_fkey" FOREIGN KEY ("order") REFERENCES public."select"("table");

COMMIT;

-- file 2 of 3, outside a transaction: creates index I "x"

CREATE INDEX CONCURRENTLY "I ""x""" ON public."select" USING btree ("a""b", "Ünï 雨") INCLUDE ("a.b");

-- file 3 of 3, in a transaction: validates constraint select_Ünï 雨_check on select; analyzes column select.table
-- hazard add-check:select.select_Ünï 雨_check: fails if a row breaks it
-- hazard long-validation:select: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public."select" ("table");

ALTER TABLE public."select" VALIDATE CONSTRAINT "select_Ünï 雨_check";

COMMIT;
