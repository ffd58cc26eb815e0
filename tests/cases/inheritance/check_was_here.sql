-- A check of a child alone becomes the parent's.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b (CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 7)) INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 9));
CREATE TABLE b (CONSTRAINT p CHECK (id > 0)) INHERITS (a);

-- plan
ALTER TABLE "public"."b" DROP CONSTRAINT "q";

-- hazard add-check:a.p: fails if a row breaks it
ALTER TABLE "public"."a" ADD CONSTRAINT "p" CHECK ((id > 0));

-- hazard add-check:a.q: fails if a row breaks it
ALTER TABLE "public"."a" ADD CONSTRAINT "q" CHECK ((id < 9));
