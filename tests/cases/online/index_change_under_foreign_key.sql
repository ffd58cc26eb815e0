-- A unique index changes that a foreign key relies on: rows that refer are checked at every moment.

-- from
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a);
CREATE TABLE r (a integer REFERENCES t (a));

-- to
CREATE TABLE t (a integer, b integer);
CREATE UNIQUE INDEX i ON t (a) INCLUDE (b);
CREATE TABLE r (a integer REFERENCES t (a));

-- rows
INSERT INTO t VALUES (1, 2); INSERT INTO r VALUES (1);

-- then
SELECT count(*) FROM r;
-- 1

-- plan
-- file 1 of 3, outside a transaction: creates index i
-- hazard add-unique:i: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_i ON public.t USING btree (a) INCLUDE (b);

-- file 2 of 3, in a transaction: creates index i, foreign key r_a_fkey on r; drops foreign key r_a_fkey on r

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_a_fkey;

DROP INDEX public.i;
ALTER INDEX public.feedstock_new_i RENAME TO i;

ALTER TABLE public.r ADD CONSTRAINT r_a_fkey FOREIGN KEY (a) REFERENCES public.t(a) NOT VALID;

COMMIT;

-- file 3 of 3, in a transaction: validates foreign key r_a_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_a_fkey;

COMMIT;
