-- A longer varchar needs no more than that.

-- from
CREATE TABLE t (a varchar(20) DEFAULT 'x');

-- to
CREATE TABLE t (a varchar(50) DEFAULT 'x');

-- plan
-- changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(50);

COMMIT;
