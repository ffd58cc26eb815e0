-- The roles of a policy change; the order in which they were named is no difference.

-- from
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t TO case_reader USING (true);
CREATE POLICY b ON t TO case_reader, case_writer USING (true);

-- to
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t TO case_reader, case_writer USING (true);
CREATE POLICY b ON t TO case_writer, case_reader USING (true);

-- plan
-- creates policy a on t; drops policy a on t
-- hazard changed-policy:t.a: other rows than before can be seen and written

BEGIN;

DROP POLICY a ON public.t;
CREATE POLICY a ON public.t TO case_reader, case_writer USING (true);

COMMIT;
