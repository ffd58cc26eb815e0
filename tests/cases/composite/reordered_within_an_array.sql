-- An array's values have their attributes by place: what that does to them must be acknowledged.
-- allow: unsafe-cast:t.ps

-- from
CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE t (ps pair[]);

-- to
CREATE TYPE pair AS (b integer, a integer);
CREATE TABLE t (ps pair[]);

-- plan
-- file 1 of 2, in a transaction: changes type pair, column t.ps
-- hazard unsafe-cast:t.ps: its values are read again from their text, by place: what was one attribute's becomes another one's, and it fails if their number changes

BEGIN;

ALTER TYPE public.pair RENAME TO feedstock_old_pair;
CREATE TYPE public.pair AS (b integer, a integer);

ALTER TABLE public.t ALTER COLUMN ps TYPE public.pair[] USING ps::text[]::public.pair[];

DROP TYPE public.feedstock_old_pair;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.ps

BEGIN;

ANALYZE public.t (ps);

COMMIT;
