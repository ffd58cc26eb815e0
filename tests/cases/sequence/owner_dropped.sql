-- A sequence outlives the table that owned it.
-- allow: drop-table:t

-- from
CREATE TABLE t (a integer);
CREATE SEQUENCE q OWNED BY t.a;

-- to
CREATE SEQUENCE q;

-- plan
-- changes sequence q; drops table t
-- hazard drop-table:t: the table and its rows are lost

BEGIN;

ALTER SEQUENCE public.q OWNED BY NONE;

DROP TABLE public.t;

COMMIT;
