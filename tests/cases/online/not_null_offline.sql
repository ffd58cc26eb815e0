-- Nobody uses the table: NULL is forbidden in one step.
-- offline ok

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer NOT NULL, b text);

-- plan
-- changes column t.a
-- hazard set-not-null:t.a: fails if a row has NULL; to fill such rows: --fill t.a='…'

BEGIN;

ALTER TABLE public.t ALTER COLUMN a SET NOT NULL;

COMMIT;
