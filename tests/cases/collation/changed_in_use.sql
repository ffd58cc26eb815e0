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
-- file 1 of 3: a transaction of its own

-- hazard drop-index:i: queries that use it are slow until it is built again
DROP INDEX "public"."i";

ALTER COLLATION "public"."c" RENAME TO "feedstock_old_c";
CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);

-- hazard change-collation:t.a: its values are compared and sorted otherwise
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE text COLLATE public.c USING "a"::text::text;

-- file 2 of 3: outside a transaction

CREATE INDEX CONCURRENTLY "i" ON "public"."t" USING btree (b COLLATE public.c);

-- file 3 of 3: a transaction of its own

DROP COLLATION "public"."feedstock_old_c";
