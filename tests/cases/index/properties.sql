-- Each property of an index changes.
-- since: 15

-- from
CREATE TABLE t (a integer, b text, c text, d int[]);
CREATE INDEX i_method ON t (a);
CREATE INDEX i_unique ON t (a, b);
CREATE INDEX i_columns ON t (b);
CREATE INDEX i_order ON t (a, c);
CREATE INDEX i_nulls ON t (a DESC);
CREATE INDEX i_opclass ON t (b, a);
CREATE INDEX i_collation ON t (c);
CREATE INDEX i_include ON t (c, a);
CREATE INDEX i_where ON t (c, b);
CREATE INDEX i_expression ON t (c, b, a);
CREATE INDEX i_with ON t (b, c);
CREATE UNIQUE INDEX i_distinct ON t (a, b, c);

-- to
CREATE TABLE t (a integer, b text, c text, d int[]);
CREATE INDEX i_method ON t USING hash (a);
CREATE UNIQUE INDEX i_unique ON t (a, b);
CREATE INDEX i_columns ON t (b, d);
CREATE INDEX i_order ON t (c, a);
CREATE INDEX i_nulls ON t (a DESC NULLS LAST);
CREATE INDEX i_opclass ON t (b text_pattern_ops, a);
CREATE INDEX i_collation ON t (c COLLATE "C");
CREATE INDEX i_include ON t (c) INCLUDE (a);
CREATE INDEX i_where ON t (c, b) WHERE a > 0;
CREATE INDEX i_expression ON t (lower(c), b, a);
CREATE INDEX i_with ON t (b, c) WITH (fillfactor = 70);
CREATE UNIQUE INDEX i_distinct ON t (a, b, c) NULLS NOT DISTINCT;

-- plan
-- file 1 of 25, outside a transaction: creates index i_collation

CREATE INDEX CONCURRENTLY feedstock_new_i_collation ON public.t USING btree (c COLLATE "C");

-- file 2 of 25, outside a transaction: creates index i_collation

DROP INDEX CONCURRENTLY public.i_collation;

-- file 3 of 25, outside a transaction: creates index i_columns

CREATE INDEX CONCURRENTLY feedstock_new_i_columns ON public.t USING btree (b, d);

-- file 4 of 25, outside a transaction: creates index i_columns

DROP INDEX CONCURRENTLY public.i_columns;

-- file 5 of 25, outside a transaction: creates index i_distinct
-- hazard add-unique:i_distinct: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_i_distinct ON public.t USING btree (a, b, c) NULLS NOT DISTINCT;

-- file 6 of 25, outside a transaction: creates index i_distinct

DROP INDEX CONCURRENTLY public.i_distinct;

-- file 7 of 25, outside a transaction: creates index i_expression

CREATE INDEX CONCURRENTLY feedstock_new_i_expression ON public.t USING btree (lower(c), b, a);

-- file 8 of 25, outside a transaction: creates index i_expression

DROP INDEX CONCURRENTLY public.i_expression;

-- file 9 of 25, outside a transaction: creates index i_include

CREATE INDEX CONCURRENTLY feedstock_new_i_include ON public.t USING btree (c) INCLUDE (a);

-- file 10 of 25, outside a transaction: creates index i_include

DROP INDEX CONCURRENTLY public.i_include;

-- file 11 of 25, outside a transaction: creates index i_method

CREATE INDEX CONCURRENTLY feedstock_new_i_method ON public.t USING hash (a);

-- file 12 of 25, outside a transaction: creates index i_method

DROP INDEX CONCURRENTLY public.i_method;

-- file 13 of 25, outside a transaction: creates index i_nulls

CREATE INDEX CONCURRENTLY feedstock_new_i_nulls ON public.t USING btree (a DESC NULLS LAST);

-- file 14 of 25, outside a transaction: creates index i_nulls

DROP INDEX CONCURRENTLY public.i_nulls;

-- file 15 of 25, outside a transaction: creates index i_opclass

CREATE INDEX CONCURRENTLY feedstock_new_i_opclass ON public.t USING btree (b text_pattern_ops, a);

-- file 16 of 25, outside a transaction: creates index i_opclass

DROP INDEX CONCURRENTLY public.i_opclass;

-- file 17 of 25, outside a transaction: creates index i_order

CREATE INDEX CONCURRENTLY feedstock_new_i_order ON public.t USING btree (c, a);

-- file 18 of 25, outside a transaction: creates index i_order

DROP INDEX CONCURRENTLY public.i_order;

-- file 19 of 25, outside a transaction: creates index i_unique
-- hazard add-unique:i_unique: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_i_unique ON public.t USING btree (a, b);

-- file 20 of 25, outside a transaction: creates index i_unique

DROP INDEX CONCURRENTLY public.i_unique;

-- file 21 of 25, outside a transaction: creates index i_where

CREATE INDEX CONCURRENTLY feedstock_new_i_where ON public.t USING btree (c, b) WHERE (a > 0);

-- file 22 of 25, outside a transaction: creates index i_where

DROP INDEX CONCURRENTLY public.i_where;

-- file 23 of 25, outside a transaction: creates index i_with

CREATE INDEX CONCURRENTLY feedstock_new_i_with ON public.t USING btree (b, c) WITH (fillfactor='70');

-- file 24 of 25, outside a transaction: creates index i_with

DROP INDEX CONCURRENTLY public.i_with;

-- file 25 of 25, in a transaction: creates index i_collation, index i_columns, index i_distinct, index i_expression, index i_include and 7 more

BEGIN;

ALTER INDEX public.feedstock_new_i_collation RENAME TO i_collation;

ALTER INDEX public.feedstock_new_i_columns RENAME TO i_columns;

ALTER INDEX public.feedstock_new_i_distinct RENAME TO i_distinct;

ALTER INDEX public.feedstock_new_i_expression RENAME TO i_expression;

ALTER INDEX public.feedstock_new_i_include RENAME TO i_include;

ALTER INDEX public.feedstock_new_i_method RENAME TO i_method;

ALTER INDEX public.feedstock_new_i_nulls RENAME TO i_nulls;

ALTER INDEX public.feedstock_new_i_opclass RENAME TO i_opclass;

ALTER INDEX public.feedstock_new_i_order RENAME TO i_order;

ALTER INDEX public.feedstock_new_i_unique RENAME TO i_unique;

ALTER INDEX public.feedstock_new_i_where RENAME TO i_where;

ALTER INDEX public.feedstock_new_i_with RENAME TO i_with;

COMMIT;
