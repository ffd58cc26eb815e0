-- What a policy allows changes, and for which command.

-- from
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (level > 1);
CREATE POLICY b ON t FOR SELECT USING (level > 1);
CREATE POLICY c ON t FOR INSERT WITH CHECK (level > 1);

-- to
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (level > 2);
CREATE POLICY b ON t FOR DELETE USING (level > 1);
CREATE POLICY c ON t FOR UPDATE USING (level > 0) WITH CHECK (level > 1);

-- plan
-- creates policy a on t, policy b on t, policy c on t; drops policy c on t, policy b on t, policy a on t
-- hazard changed-policy:t.c: other rows than before can be seen and written
-- hazard changed-policy:t.b: other rows than before can be seen and written
-- hazard changed-policy:t.a: other rows than before can be seen and written

BEGIN;

DROP POLICY c ON public.t;

DROP POLICY b ON public.t;

DROP POLICY a ON public.t;
CREATE POLICY a ON public.t USING ((level > 2));

CREATE POLICY b ON public.t FOR DELETE USING ((level > 1));

CREATE POLICY c ON public.t FOR UPDATE USING ((level > 0)) WITH CHECK ((level > 1));

COMMIT;
