-- Checks of all who inherit come and go; one is for the parent alone.

-- from
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0), CONSTRAINT q CHECK (id < 9));
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 1), CONSTRAINT q CHECK (id < 9) NO INHERIT, CONSTRAINT r CHECK (x <> ''));
CREATE TABLE b () INHERITS (a);

-- plan
ALTER TABLE "public"."a" DROP CONSTRAINT "q";

ALTER TABLE "public"."a" DROP CONSTRAINT "p";
-- hazard add-check:a.p: fails if a row breaks it
ALTER TABLE "public"."a" ADD CONSTRAINT "p" CHECK ((id > 1));

-- hazard add-check:a.q: fails if a row breaks it
ALTER TABLE "public"."a" ADD CONSTRAINT "q" CHECK ((id < 9)) NO INHERIT;

-- hazard add-check:a.r: fails if a row breaks it
ALTER TABLE "public"."a" ADD CONSTRAINT "r" CHECK ((x <> ''::text));
