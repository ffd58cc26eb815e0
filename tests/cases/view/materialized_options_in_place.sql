-- The storage parameters of a materialized view change where it is: its query need not run again.

-- from
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70, autovacuum_enabled = false) AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW n AS SELECT a FROM t;
CREATE UNIQUE INDEX mi ON m (a);

-- to
CREATE TABLE t (a integer, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 80, toast.autovacuum_enabled = false) AS SELECT a, b FROM t;
CREATE MATERIALIZED VIEW n WITH (fillfactor = 80) AS SELECT a FROM t;
CREATE UNIQUE INDEX mi ON m (a);

-- plan
-- changes materialized view m, materialized view n

BEGIN;

ALTER MATERIALIZED VIEW public.m SET (fillfactor=80, toast.autovacuum_enabled=false), RESET (autovacuum_enabled);

ALTER MATERIALIZED VIEW public.n SET (fillfactor=80);

COMMIT;
