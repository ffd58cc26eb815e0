-- A privilege on a table goes, and the same one on a column stays.

-- from
CREATE TABLE t (id integer, name text);
GRANT SELECT, INSERT ON t TO case_reader;
GRANT SELECT (id) ON t TO case_reader;

-- to
CREATE TABLE t (id integer, name text);
GRANT INSERT ON t TO case_reader;
GRANT SELECT (id) ON t TO case_reader;

-- plan
-- grants or revokes privileges on table t, column t.id
-- hazard revoke:t: a program that needs it and runs as case_reader fails

BEGIN;

REVOKE SELECT ON TABLE public.t FROM case_reader;

GRANT SELECT (id) ON TABLE public.t TO case_reader;

COMMIT;
