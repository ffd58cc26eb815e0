-- A default takes from a sequence that stands alone.

-- from
CREATE TABLE t (a integer);

-- to
CREATE SEQUENCE numbers START 100;
CREATE TABLE t (a integer DEFAULT nextval('numbers'));

-- plan
-- creates sequence numbers; changes column t.a

BEGIN;

CREATE SEQUENCE public.numbers START WITH 100;

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT nextval('public.numbers'::regclass);

COMMIT;
