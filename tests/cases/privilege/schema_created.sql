-- A schema comes with privileges, public is new.
-- since: 15

-- from
DROP SCHEMA public;

-- to
COMMENT ON SCHEMA public IS 'ours';
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO case_reader;

-- plan
-- creates schema public, schema s

BEGIN;

CREATE SCHEMA public;
COMMENT ON SCHEMA public IS 'ours';
GRANT USAGE ON SCHEMA public TO PUBLIC;

CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO case_reader;

COMMIT;
