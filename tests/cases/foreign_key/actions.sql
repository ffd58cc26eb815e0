-- What happens to rows that refer to one that goes.

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT x REFERENCES p ON DELETE CASCADE, b integer CONSTRAINT y REFERENCES p, c integer CONSTRAINT z REFERENCES p DEFERRABLE);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT x REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE, b integer CONSTRAINT y REFERENCES p ON DELETE RESTRICT, c integer CONSTRAINT z REFERENCES p DEFERRABLE INITIALLY DEFERRED);

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "y";

ALTER TABLE "public"."t" DROP CONSTRAINT "x";
-- hazard add-foreign-key:t.x: fails if a row refers to nothing
ALTER TABLE "public"."t" ADD CONSTRAINT "x" FOREIGN KEY (a) REFERENCES public.p(id) ON UPDATE CASCADE ON DELETE SET NULL;

-- hazard add-foreign-key:t.y: fails if a row refers to nothing
ALTER TABLE "public"."t" ADD CONSTRAINT "y" FOREIGN KEY (b) REFERENCES public.p(id) ON DELETE RESTRICT;

ALTER TABLE "public"."t" ALTER CONSTRAINT "z" DEFERRABLE INITIALLY DEFERRED;
