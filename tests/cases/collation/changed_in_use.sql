-- A collation that a column and an index use becomes another one of the same name.

-- from
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de');
CREATE TABLE t (a text COLLATE c, b text);
CREATE INDEX i ON t (b COLLATE c);

-- to
CREATE COLLATION c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);
CREATE TABLE t (a text COLLATE c, b text);
CREATE INDEX i ON t (b COLLATE c);

-- plan
DROP INDEX "public"."i";

ALTER COLLATION "public"."c" RENAME TO "feedstock_old_c";
CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);

ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE text COLLATE public.c USING "a"::text::text;

CREATE INDEX "i" ON "public"."t" USING btree (b COLLATE public.c);

DROP COLLATION "public"."feedstock_old_c";
