-- Policies that restrict others come and go; on a table without row security they mean nothing yet.

-- from
CREATE TABLE t (id integer, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (level > 1);
CREATE POLICY b ON t AS RESTRICTIVE USING (level > 2);
CREATE TABLE off (id integer);
CREATE POLICY a ON off USING (id > 1);

-- to
CREATE TABLE t (id integer, level integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON t USING (level > 1);
CREATE POLICY c ON t AS RESTRICTIVE USING (level < 9);
CREATE POLICY d ON t FOR SELECT USING (level = 1);
CREATE TABLE off (id integer);
CREATE POLICY b ON off AS RESTRICTIVE USING (id > 1);

-- plan
-- file 1 of 2, in a transaction: creates policy b on off; drops policy a on off

BEGIN;

DROP POLICY a ON public.off;

CREATE POLICY b ON public.off AS RESTRICTIVE USING ((id > 1));

COMMIT;

-- file 2 of 2, in a transaction: creates policy c on t, policy d on t; drops policy b on t
-- hazard drop-policy:t.b: rows that it hid can be seen and written
-- hazard add-policy:t.c: rows that it does not allow can no longer be seen or written

BEGIN;

DROP POLICY b ON public.t;

CREATE POLICY c ON public.t AS RESTRICTIVE USING ((level < 9));

CREATE POLICY d ON public.t FOR SELECT USING ((level = 1));

COMMIT;
