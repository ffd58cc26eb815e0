-- A timestamp that means UTC gets its time zone.
-- using: t.at = at AT TIME ZONE 'UTC'

-- from
CREATE TABLE t (at timestamp NOT NULL DEFAULT now());
CREATE INDEX t_at ON t (at DESC);

-- to
CREATE TABLE t (at timestamptz NOT NULL DEFAULT now());
CREATE INDEX t_at ON t (at DESC);

-- rows
INSERT INTO t VALUES ('2024-01-02 03:04:05');

-- then
SELECT at AT TIME ZONE 'UTC' FROM t;
-- 2024-01-02 03:04:05

-- plan
-- file 1 of 2, in a transaction: changes column t.at
-- hazard change-type:t.at: timestamp without time zone to timestamp with time zone: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN at TYPE timestamp with time zone USING at AT TIME ZONE 'UTC';

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.at

BEGIN;

ANALYZE public.t (at);

COMMIT;
