-- Row level security is switched on and forced on one table, and off on another.

-- from
CREATE TABLE a (id integer);
CREATE TABLE b (id integer);
ALTER TABLE b ENABLE ROW LEVEL SECURITY;

-- to
CREATE TABLE a (id integer);
ALTER TABLE a ENABLE ROW LEVEL SECURITY;
ALTER TABLE a FORCE ROW LEVEL SECURITY;
CREATE TABLE b (id integer);

-- plan
-- file 1 of 2, in a transaction: changes table a
-- hazard row-security:a: whoever is not its owner sees and writes no row, since no policy allows any
-- hazard row-security:a: its owner sees and writes no row, since no policy allows any

BEGIN;

ALTER TABLE public.a ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.a FORCE ROW LEVEL SECURITY;

COMMIT;

-- file 2 of 2, in a transaction: changes table b
-- hazard row-security:b: its rows are hidden from nobody who may read it

BEGIN;

ALTER TABLE public.b DISABLE ROW LEVEL SECURITY;

COMMIT;
