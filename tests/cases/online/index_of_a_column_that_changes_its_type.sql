-- An index changes with the type of its column: it stays until the new one is built.
-- allow: narrow-type:t.a
-- allow: narrow-type:t.s

-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer, a text, s text, CONSTRAINT u UNIQUE (n), CONSTRAINT c CHECK (s <> ''));
CREATE INDEX t_n ON t (n);
CREATE INDEX t_lower ON t (lower(a));
CREATE INDEX t_part ON t (n) WHERE s = 'x';
CREATE INDEX t_plus ON t ((n + 1));

-- to
CREATE TABLE t (id integer PRIMARY KEY, n bigint, a varchar(20), s varchar(10), CONSTRAINT u UNIQUE (n, a), CONSTRAINT c CHECK (s <> ' '));
CREATE INDEX t_n ON t (n DESC);
CREATE INDEX t_lower ON t (lower(a));
CREATE INDEX t_part ON t (a) WHERE s = 'x';
CREATE INDEX t_plus ON t ((n + 2));

-- rows
INSERT INTO t SELECT n, n, 'a' || n, 'x' FROM generate_series(1, 100) n;

-- then
SELECT count(*), sum(n) FROM t WHERE s = 'x';
-- 100 | 5050

-- plan
-- file 1 of 10, in a transaction: creates constraint c on t; changes column t.a, column t.n, column t.s; drops index t_plus, index t_part
-- hazard drop-index:t_plus: queries that use it are slow until it is built again
-- hazard drop-index:t_part: queries that use it are slow until it is built again
-- hazard narrow-type:t.a: text to character varying(20): values may not fit or may be changed
-- hazard change-type:t.n: integer to bigint: a program that expects the old type may fail
-- hazard narrow-type:t.s: text to character varying(10): values may not fit or may be changed

BEGIN;

DROP INDEX public.t_plus;

DROP INDEX public.t_part;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(20),
    ALTER COLUMN n TYPE bigint,
    ALTER COLUMN s TYPE character varying(10);

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_c CHECK (((s)::text <> ' '::text)) NOT VALID;

COMMIT;

-- file 2 of 10, outside a transaction: creates constraint u on t
-- hazard add-unique:t.u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u ON public.t USING btree (n, a);

-- file 3 of 10, outside a transaction: creates index t_lower

CREATE INDEX CONCURRENTLY feedstock_new_t_lower ON public.t USING btree (lower((a)::text));

-- file 4 of 10, outside a transaction: creates index t_lower

DROP INDEX CONCURRENTLY public.t_lower;

-- file 5 of 10, outside a transaction: creates index t_n

CREATE INDEX CONCURRENTLY feedstock_new_t_n ON public.t USING btree (n DESC);

-- file 6 of 10, outside a transaction: creates index t_n

DROP INDEX CONCURRENTLY public.t_n;

-- file 7 of 10, outside a transaction: creates index t_part

CREATE INDEX CONCURRENTLY t_part ON public.t USING btree (a) WHERE ((s)::text = 'x'::text);

-- file 8 of 10, outside a transaction: creates index t_plus

CREATE INDEX CONCURRENTLY t_plus ON public.t USING btree (((n + 2)));

-- file 9 of 10, in a transaction: validates constraint c on t; analyzes column t.a, column t.n, column t.s
-- hazard add-check:t.c: fails if a row breaks it
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.t (a, n, s);

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_c;

COMMIT;

-- file 10 of 10, in a transaction: creates constraint c on t, constraint u on t, index t_lower, index t_n

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT c;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_c TO c;

ALTER TABLE public.t DROP CONSTRAINT u;
ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX feedstock_new_u;

ALTER INDEX public.feedstock_new_t_lower RENAME TO t_lower;

ALTER INDEX public.feedstock_new_t_n RENAME TO t_n;

COMMIT;
