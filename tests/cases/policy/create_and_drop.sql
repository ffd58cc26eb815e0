-- A policy comes, another goes.

-- from
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY old ON t USING (true);

-- to
CREATE TABLE t (id integer, owner text, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t FOR SELECT USING (owner = CURRENT_USER);
COMMENT ON POLICY own ON t IS 'own rows';

-- plan
-- creates policy own on t; drops policy old on t
-- hazard drop-policy:t.old: rows that only it allowed can no longer be seen or written

BEGIN;

DROP POLICY old ON public.t;

CREATE POLICY own ON public.t FOR SELECT USING ((owner = CURRENT_USER));
COMMENT ON POLICY own ON public.t IS 'own rows';

COMMIT;
