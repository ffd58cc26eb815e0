-- What the objects of another role give.

-- from
ALTER DEFAULT PRIVILEGES FOR ROLE case_writer GRANT SELECT ON TABLES TO case_reader;

-- to
ALTER DEFAULT PRIVILEGES FOR ROLE case_writer IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO case_reader;

-- plan
-- changes default privileges

BEGIN;

ALTER DEFAULT PRIVILEGES FOR ROLE case_writer REVOKE SELECT ON TABLES FROM case_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE case_writer IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO case_reader;

COMMIT;
