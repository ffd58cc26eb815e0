-- A policy becomes restrictive.

-- from
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (level > 1);

-- to
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t AS RESTRICTIVE USING (level > 1);

-- plan
-- creates policy a on t; drops policy a on t
-- hazard changed-policy:t.a: other rows than before can be seen and written

BEGIN;

DROP POLICY a ON public.t;
CREATE POLICY a ON public.t AS RESTRICTIVE USING ((level > 1));

COMMIT;
