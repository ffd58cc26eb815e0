-- Privileges on a sequence, of its own and of an identity.

-- from
CREATE SEQUENCE s;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY);
GRANT USAGE ON SEQUENCE s TO case_reader;

-- to
CREATE SEQUENCE s;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY);
GRANT SELECT, UPDATE ON SEQUENCE s TO case_reader;
GRANT USAGE ON SEQUENCE t_id_seq TO case_reader;

-- plan
-- grants or revokes privileges on sequence s, sequence t_id_seq
-- hazard revoke:s: a program that needs it and runs as case_reader fails

BEGIN;

REVOKE USAGE ON SEQUENCE public.s FROM case_reader;
GRANT SELECT, UPDATE ON SEQUENCE public.s TO case_reader;

GRANT USAGE ON SEQUENCE public.t_id_seq TO case_reader;

COMMIT;
