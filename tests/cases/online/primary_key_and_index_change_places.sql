-- A primary key and an index take each other's name.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k1 PRIMARY KEY (a));
CREATE INDEX k2 ON t (b);

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k2 PRIMARY KEY (b));
CREATE INDEX k1 ON t (a);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- file 1 of 5, in a transaction: drops constraint k1 on t
-- hazard drop-unique:k1: two rows may be alike from here on, and ON CONFLICT of its columns fails

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT k1;

COMMIT;

-- file 2 of 5, outside a transaction: creates constraint k2 on t
-- hazard add-unique:t.k2: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_k2 ON public.t USING btree (b);

-- file 3 of 5, outside a transaction: creates index k1

CREATE INDEX CONCURRENTLY k1 ON public.t USING btree (a);

-- file 4 of 5, outside a transaction: drops index k2
-- hazard drop-index:k2: queries that used it become slow

DROP INDEX CONCURRENTLY public.k2;

-- file 5 of 5, in a transaction: creates constraint k2 on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT k2 PRIMARY KEY USING INDEX feedstock_new_k2;

COMMIT;
