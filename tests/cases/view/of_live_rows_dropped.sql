-- The soft delete of a table that stays goes: its deleted rows are live from then on.

-- from
CREATE TABLE t (id integer, deleted_at timestamp);
CREATE VIEW live_t AS SELECT * FROM t WHERE deleted_at IS NULL;

-- to
CREATE TABLE t (id integer, deleted_at timestamp);

-- plan
