-- Names of roles that must be quoted.

-- from
CREATE TABLE t (id integer, name text);
GRANT SELECT ON t TO "Case Reader";

-- to
CREATE TABLE t (id integer, name text);
GRANT SELECT ON t TO "Case ""Writer""", "select";

-- plan
-- grants or revokes privileges on table t
-- hazard revoke:t: a program that needs it and runs as Case Reader fails

BEGIN;

REVOKE SELECT ON TABLE public.t FROM "Case Reader";
GRANT SELECT ON TABLE public.t TO "Case ""Writer""";
GRANT SELECT ON TABLE public.t TO "select";

COMMIT;
