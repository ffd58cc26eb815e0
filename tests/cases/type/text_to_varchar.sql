-- text to varchar without a length loses nothing.

-- from
CREATE TABLE t (a text UNIQUE);

-- to
CREATE TABLE t (a varchar UNIQUE);

-- plan
-- changes column t.a

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying;

COMMIT;
