-- A rule goes with the table that it writes to.
-- allow: drop-table:log

-- from
CREATE TABLE t (a integer);
CREATE TABLE log (a integer);
CREATE RULE noted AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (new.a);

-- to
CREATE TABLE t (a integer);

-- plan
-- file 1 of 2, in a transaction: drops rule noted on t

BEGIN;

DROP RULE noted ON public.t;

COMMIT;

-- file 2 of 2, in a transaction: drops table log
-- hazard drop-table:log: the table and its rows are lost

BEGIN;

DROP TABLE public.log;

COMMIT;
