-- A label that goes rewrites the tables that use the type.

-- measured
-- allow: drop-enum-value:status.b
-- allow: rewrite-table:t

-- from
CREATE TYPE status AS ENUM ('a', 'b');
CREATE TABLE t (status status);

-- to
CREATE TYPE status AS ENUM ('a');
CREATE TABLE t (status status);

-- plan
-- file 1 of 2, in a transaction: changes enum status, column t.status
-- hazard drop-enum-value:status.b: fails if a row has the label; rows must be changed first
-- hazard rewrite-table:t: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- lock: AccessExclusiveLock on t (blocks reads and writes) from statement 3 on, while t is rewritten
-- rewrites: t
-- scans: t

BEGIN;

ALTER TYPE public.status RENAME TO feedstock_old_status;
CREATE TYPE public.status AS ENUM ('a');

ALTER TABLE public.t ALTER COLUMN status TYPE public.status USING status::text::public.status;

DROP TYPE public.feedstock_old_status;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.status
-- lock: ShareUpdateExclusiveLock on t (blocks neither reads nor writes)

BEGIN;

ANALYZE public.t (status);

COMMIT;
