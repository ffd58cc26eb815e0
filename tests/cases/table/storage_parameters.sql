-- Storage parameters are set, changed and reset.

-- from
CREATE TABLE t (id integer, x text) WITH (fillfactor = 70, autovacuum_enabled = false);

-- to
CREATE TABLE t (id integer, x text) WITH (fillfactor = 80, toast.autovacuum_enabled = false);

-- plan
-- changes table t

BEGIN;

ALTER TABLE public.t SET (fillfactor=80, toast.autovacuum_enabled=false);
ALTER TABLE public.t RESET (autovacuum_enabled);

COMMIT;
