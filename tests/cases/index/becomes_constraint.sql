-- A unique index becomes a unique constraint of its name: the index is used, not made again.

-- from
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX u ON t (a);

-- to
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a));

-- plan
-- changes constraint u on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX u;

COMMIT;
