-- A type that makes Postgres write the table anew must be acknowledged.
-- measured

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE t (a bigint);

-- refused
rewrite-table:t: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
  help: if that is what you want: --allow rewrite-table:t

-- plan
-- file 1 of 2, in a transaction: changes column t.a
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail
-- hazard rewrite-table:t: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on t (blocks reads and writes), while t is rewritten
-- rewrites: t
-- scans: t

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a
-- lock: ShareUpdateExclusiveLock on t (blocks neither reads nor writes)

BEGIN;

ANALYZE public.t (a);

COMMIT;
