-- A view that is replaced keeps its privileges by itself.

-- from
CREATE TABLE t (id integer, name text);
CREATE VIEW v AS SELECT id FROM t;
GRANT SELECT ON v TO case_reader;

-- to
CREATE TABLE t (id integer, name text);
CREATE VIEW v AS SELECT id, name FROM t;
GRANT SELECT ON v TO case_reader;

-- plan
-- changes view v

BEGIN;

CREATE OR REPLACE VIEW public.v AS
 SELECT t.id,
    t.name
   FROM public.t;

COMMIT;

-- plan from 16
-- changes view v

BEGIN;

CREATE OR REPLACE VIEW public.v AS
 SELECT id,
    name
   FROM public.t;

COMMIT;
