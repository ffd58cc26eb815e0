-- Privileges on columns, also of a view.

-- from
CREATE TABLE t (id integer, name text);
CREATE VIEW v AS SELECT id, name FROM t;
GRANT SELECT (id) ON t TO case_reader;
GRANT UPDATE (name) ON v TO case_reader;

-- to
CREATE TABLE t (id integer, name text);
CREATE VIEW v AS SELECT id, name FROM t;
GRANT SELECT (id, name), UPDATE (name) ON t TO case_reader;
GRANT SELECT (id) ON v TO PUBLIC;

-- plan
-- grants or revokes privileges on column t.name, column v.id, column v.name
-- hazard revoke:v.name: a program that needs it and runs as case_reader fails

BEGIN;

GRANT SELECT (name), UPDATE (name) ON TABLE public.t TO case_reader;

GRANT SELECT (id) ON TABLE public.v TO PUBLIC;

REVOKE UPDATE (name) ON TABLE public.v FROM case_reader;

COMMIT;
