-- A shorter varchar is refused until it is allowed.

-- from
CREATE TABLE t (a varchar(50));

-- to
CREATE TABLE t (a varchar(20));

-- refused
narrow-type:t.a: character varying(50) to character varying(20): values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.a

-- plan
-- file 1 of 2, in a transaction: changes column t.a
-- hazard narrow-type:t.a: character varying(50) to character varying(20): values may not fit or may be changed

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(20);

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
