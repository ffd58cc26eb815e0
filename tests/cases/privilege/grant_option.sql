-- The right to pass a privilege on comes and goes.

-- from
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
CREATE TABLE w (a integer);
GRANT SELECT ON t TO case_reader;
GRANT SELECT ON u TO case_reader WITH GRANT OPTION;
GRANT ALL ON w TO case_reader WITH GRANT OPTION;

-- to
CREATE TABLE t (id integer, name text);
CREATE TABLE u (a integer);
CREATE TABLE w (a integer);
GRANT SELECT ON t TO case_reader WITH GRANT OPTION;
GRANT SELECT ON u TO case_reader;
GRANT ALL ON w TO case_reader;

-- plan
-- grants or revokes privileges on table t, table u, table w
-- hazard revoke:u: fails if case_reader gave it to others
-- hazard revoke:w: fails if case_reader gave it to others

BEGIN;

GRANT SELECT ON TABLE public.t TO case_reader WITH GRANT OPTION;

REVOKE GRANT OPTION FOR SELECT ON TABLE public.u FROM case_reader;

REVOKE GRANT OPTION FOR ALL ON TABLE public.w FROM case_reader;

COMMIT;
