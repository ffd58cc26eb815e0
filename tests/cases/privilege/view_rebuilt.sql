-- Views that are made again keep their privileges.

-- from
CREATE TABLE t (id integer, name text);
CREATE VIEW v AS SELECT id FROM t;
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
GRANT SELECT ON v, w, m TO case_reader;
GRANT UPDATE (id) ON w TO case_writer;

-- to
CREATE TABLE t (id bigint, name text);
CREATE VIEW v AS SELECT id FROM t;
CREATE VIEW w AS SELECT * FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
GRANT SELECT ON v, w, m TO case_reader;
GRANT UPDATE (id) ON w TO case_writer;

-- plan
-- file 1 of 2, in a transaction: creates materialized view m, view v, view w, column w.id; changes column t.id; drops view w, view v, materialized view m
-- hazard change-type:w.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:v.id: integer to bigint: a program that expects the old type may fail
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard change-type:t.id: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.w;

DROP VIEW public.v;

DROP MATERIALIZED VIEW public.m;

ALTER TABLE public.t ALTER COLUMN id TYPE bigint;

CREATE MATERIALIZED VIEW public.m AS
 SELECT t.id
   FROM public.t;
GRANT SELECT ON TABLE public.m TO case_reader;

CREATE VIEW public.v AS
 SELECT t.id
   FROM public.t;
GRANT SELECT ON TABLE public.v TO case_reader;

CREATE VIEW public.w AS
 SELECT v.id
   FROM public.v;
GRANT SELECT ON TABLE public.w TO case_reader;

GRANT UPDATE (id) ON TABLE public.w TO case_writer;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.id

BEGIN;

ANALYZE public.t (id);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates materialized view m, view v, view w, column w.id; changes column t.id; drops view w, view v, materialized view m
-- hazard change-type:w.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:v.id: integer to bigint: a program that expects the old type may fail
-- hazard rebuild-view:m: nobody can read it until its query has filled it again
-- hazard change-type:t.id: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.w;

DROP VIEW public.v;

DROP MATERIALIZED VIEW public.m;

ALTER TABLE public.t ALTER COLUMN id TYPE bigint;

CREATE MATERIALIZED VIEW public.m AS
 SELECT id
   FROM public.t;
GRANT SELECT ON TABLE public.m TO case_reader;

CREATE VIEW public.v AS
 SELECT id
   FROM public.t;
GRANT SELECT ON TABLE public.v TO case_reader;

CREATE VIEW public.w AS
 SELECT id
   FROM public.v;
GRANT SELECT ON TABLE public.w TO case_reader;

GRANT UPDATE (id) ON TABLE public.w TO case_writer;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.id

BEGIN;

ANALYZE public.t (id);

COMMIT;
