-- Nobody uses the table: it may be written anew.
-- measured
-- offline ok

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a bigint);

-- plan
-- changes column t.a
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail
-- hazard rewrite-table:t: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on t (blocks reads and writes), while t is rewritten
-- rewrites: t
-- scans: t

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

COMMIT;
