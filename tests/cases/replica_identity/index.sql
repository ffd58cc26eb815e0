-- The replica identity becomes an index, and another one.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
CREATE UNIQUE INDEX tb ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX ta;

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX ta ON t (a);
CREATE UNIQUE INDEX tb ON t (b);
ALTER TABLE t REPLICA IDENTITY USING INDEX tb;

-- plan
-- changes replica identity of t

BEGIN;

ALTER TABLE public.t REPLICA IDENTITY USING INDEX tb;

COMMIT;
