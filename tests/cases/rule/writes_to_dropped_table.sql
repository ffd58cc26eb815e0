-- A rule goes with the table that it writes to.
-- allow: drop-table:log

-- from
CREATE TABLE t (a integer);
CREATE TABLE log (a integer);
CREATE RULE noted AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (new.a);

-- to
CREATE TABLE t (a integer);

-- plan
-- drops rule noted on t, table log
-- hazard drop-table:log: the table and its rows are lost

BEGIN;

DROP RULE noted ON public.t;

DROP TABLE public.log;

COMMIT;
