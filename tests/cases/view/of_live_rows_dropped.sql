-- The soft delete of a table that stays goes: its deleted rows are live from then on.

-- from
CREATE TABLE t (id integer, deleted_at timestamp);
CREATE VIEW live_t AS SELECT * FROM t WHERE deleted_at IS NULL;

-- to
CREATE TABLE t (id integer, deleted_at timestamp);

-- plan
-- drops view live_t
-- hazard drop-view:live_t: a program that reads it fails
-- hazard drop-soft-delete:t: deleted rows of t are live rows from here on; delete them before, if they are not wanted: DELETE FROM t WHERE deleted_at IS NOT NULL

BEGIN;

DROP VIEW public.live_t;

COMMIT;
