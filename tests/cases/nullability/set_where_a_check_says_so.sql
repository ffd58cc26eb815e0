-- A valid check that stays says that there is no NULL: SET NOT NULL needs no check of its own and reads no rows.
-- measured

-- from
CREATE TABLE t (a integer, CONSTRAINT a_given CHECK (a IS NOT NULL));

-- to
CREATE TABLE t (a integer NOT NULL, CONSTRAINT a_given CHECK (a IS NOT NULL));

-- rows
INSERT INTO t VALUES (1);

-- plan
-- changes column t.a
-- lock: AccessExclusiveLock on t (blocks reads and writes)

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;

COMMIT;
