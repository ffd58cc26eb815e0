-- Everything instead of something, and something instead of everything.

-- from
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
GRANT SELECT ON t TO case_reader;
GRANT ALL ON u TO case_reader;

-- to
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
GRANT ALL ON t TO case_reader;
GRANT SELECT, INSERT ON u TO case_reader;

-- plan
-- grants or revokes privileges on table t, table u
-- hazard revoke:u: a program that needs it and runs as case_reader fails

BEGIN;

GRANT ALL ON TABLE public.t TO case_reader;

REVOKE ALL ON TABLE public.u FROM case_reader;
GRANT INSERT, SELECT ON TABLE public.u TO case_reader;

COMMIT;
