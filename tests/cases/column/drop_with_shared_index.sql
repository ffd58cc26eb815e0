-- A column goes, and with it indexes and keys that other columns are in too.
-- allow: drop-column:t.c
-- allow: drop-column:t.e
-- allow: drop-column:u.id

-- from
CREATE TABLE r (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer, c integer, d integer, e integer,
    CONSTRAINT t_b_c UNIQUE (b, c), UNIQUE (c), FOREIGN KEY (d, c) REFERENCES r);
CREATE INDEX t_a_c ON t (a, c, e);
CREATE INDEX t_part ON t (d) WHERE c > 0;
CREATE INDEX t_c ON t (c);
CREATE UNIQUE INDEX t_d_c ON t (d, c);
CREATE INDEX t_b ON t (b, c);
CREATE TABLE u (id integer PRIMARY KEY, a integer);

-- to
CREATE TABLE r (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE t (a integer, b integer, d integer);
CREATE INDEX t_only_b ON t (b);
CREATE TABLE u (a integer);

-- plan
-- file 1 of 3, outside a transaction: creates index t_only_b

CREATE INDEX CONCURRENTLY t_only_b ON public.t USING btree (b);

-- file 2 of 3, in a transaction: drops column u.id
-- hazard drop-column:u.id: the column and its values are lost
-- hazard drop-unique:u_pkey: two rows may be alike from here on, and ON CONFLICT of its columns fails

BEGIN;

ALTER TABLE public.u DROP COLUMN id;

COMMIT;

-- file 3 of 3, in a transaction: drops column t.e, column t.c
-- hazard drop-column:t.e: the column and its values are lost
-- hazard drop-column:t.c: the column and its values are lost
-- hazard drop-unique:t_b_c: two rows may be alike from here on, and ON CONFLICT of its columns fails
-- hazard drop-index:t_a_c: queries that used it become slow
-- hazard drop-index:t_d_c: queries that used it become slow
-- hazard drop-unique:t_d_c: two rows may be alike from here on, and ON CONFLICT of its columns fails
-- hazard drop-index:t_part: queries that used it become slow

BEGIN;

ALTER TABLE public.t DROP COLUMN e;

ALTER TABLE public.t DROP COLUMN c;

COMMIT;
