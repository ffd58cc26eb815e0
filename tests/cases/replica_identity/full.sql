-- The replica identity of a table becomes the whole row.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL);
ALTER TABLE t REPLICA IDENTITY FULL;

-- plan
-- creates replica identity of t

BEGIN;

ALTER TABLE public.t REPLICA IDENTITY FULL;

COMMIT;
