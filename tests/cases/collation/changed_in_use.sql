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
-- file 1 of 4, in a transaction: changes collation c, column t.a; drops index i
-- hazard drop-index:i: queries that use it are slow until it is built again
-- hazard change-collation:t.a: its values are compared and sorted otherwise

BEGIN;

DROP INDEX public.i;

ALTER COLLATION public.c RENAME TO feedstock_old_c;
CREATE COLLATION public.c (PROVIDER = icu, LOCALE = 'de', DETERMINISTIC = false);

ALTER TABLE public.t ALTER COLUMN a TYPE text COLLATE public.c USING a::text::text;

COMMIT;

-- file 2 of 4, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (b COLLATE public.c);

-- file 3 of 4, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- file 4 of 4, in a transaction: changes collation c

BEGIN;

DROP COLLATION public.feedstock_old_c;

COMMIT;
