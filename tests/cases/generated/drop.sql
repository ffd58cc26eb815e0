-- A generated column goes; nothing is lost that could not be computed again.

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);

-- to
CREATE TABLE t (a integer);

-- plan
-- drops column t.b
-- hazard drop-column:t.b: a program that reads it fails

BEGIN;

ALTER TABLE public.t DROP COLUMN b;

COMMIT;
