-- Privileges on schemas; those that public has from the start are no difference.
-- since: 15

-- from
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO case_reader;

-- to
CREATE SCHEMA s;
GRANT USAGE, CREATE ON SCHEMA s TO case_reader;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO case_reader;

-- plan
-- grants or revokes privileges on schema public, schema s
-- hazard revoke:public: a program that needs it and has it only by PUBLIC fails

BEGIN;

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO case_reader;

GRANT ALL ON SCHEMA s TO case_reader;

COMMIT;
