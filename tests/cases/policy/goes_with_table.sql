-- A policy goes with its table, and reads another one that stays.
-- allow: drop-table:t

-- from
CREATE TABLE friends (name text);
CREATE TABLE t (owner text);
CREATE POLICY own ON t USING (owner IN (SELECT name FROM friends));

-- to
CREATE TABLE friends (name text);

-- plan
-- drops table t
-- hazard drop-table:t: the table and its rows are lost

BEGIN;

DROP TABLE public.t;

COMMIT;
