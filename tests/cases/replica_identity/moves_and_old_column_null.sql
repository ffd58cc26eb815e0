-- The column of the old identity may be NULL once the new one is chosen.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;

-- to
CREATE TABLE t (a integer, b integer NOT NULL);
CREATE UNIQUE INDEX i ON t (a);
CREATE UNIQUE INDEX j ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX j;

-- plan
-- changes replica identity of t, column t.a

BEGIN;

ALTER TABLE public.t REPLICA IDENTITY USING INDEX j;

ALTER TABLE public.t ALTER COLUMN a DROP NOT NULL;

COMMIT;
