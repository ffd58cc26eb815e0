-- A renamed table keeps its privileges, and gets one more.
-- renamed: table a -> b

-- from
CREATE TABLE a (id integer);
GRANT SELECT ON a TO case_reader;

-- to
CREATE TABLE b (id integer);
GRANT SELECT, INSERT ON b TO case_reader;

-- plan
-- renames table a; grants or revokes privileges on table b
-- hazard rename-table:a: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.a RENAME TO b;

GRANT INSERT ON TABLE public.b TO case_reader;

COMMIT;
