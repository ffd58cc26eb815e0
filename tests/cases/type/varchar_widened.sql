-- A longer varchar needs no more than that.

-- from
CREATE TABLE t (a varchar(20) DEFAULT 'x');

-- to
CREATE TABLE t (a varchar(50) DEFAULT 'x');

-- plan
-- file 1 of 2, in a transaction: changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(50);

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
