-- Privileges on a table come, change and go.

-- from
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
GRANT SELECT, INSERT ON t TO case_reader;
GRANT SELECT ON u TO case_reader;
GRANT SELECT ON t TO PUBLIC;

-- to
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
GRANT SELECT, UPDATE ON t TO case_reader;
GRANT DELETE ON t TO case_writer;
GRANT TRIGGER ON u TO PUBLIC;

-- plan
-- grants or revokes privileges on table t, table u
-- hazard revoke:t: a program that needs it and has it only by PUBLIC fails
-- hazard revoke:t: a program that needs it and runs as case_reader fails
-- hazard revoke:u: a program that needs it and runs as case_reader fails

BEGIN;

REVOKE SELECT ON TABLE public.t FROM PUBLIC;
REVOKE INSERT ON TABLE public.t FROM case_reader;
GRANT UPDATE ON TABLE public.t TO case_reader;
GRANT DELETE ON TABLE public.t TO case_writer;

REVOKE SELECT ON TABLE public.u FROM case_reader;
GRANT TRIGGER ON TABLE public.u TO PUBLIC;

COMMIT;
