-- Columns that go or change their type: a foreign table has no rows to lose, and is made again with what reads it.

-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE f (id integer, gone text, v integer) SERVER s;
CREATE FOREIGN TABLE other (id integer, v integer) SERVER s;
GRANT SELECT ON f TO PUBLIC;
CREATE VIEW reads AS SELECT id, v FROM f;

-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw;
CREATE FOREIGN TABLE f (id integer, v bigint) SERVER s;
CREATE FOREIGN TABLE other (id integer) SERVER s;
GRANT SELECT ON f TO PUBLIC;
CREATE VIEW reads AS SELECT id, v FROM f;

-- plan
-- creates foreign table f, foreign table other, view reads; drops view reads, foreign table other, foreign table f
-- hazard change-type:reads.v: integer to bigint: a program that expects the old type may fail
-- hazard drop-column:other.v: a program that reads it fails
-- hazard drop-column:f.gone: a program that reads it fails
-- hazard change-type:f.v: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.reads;

DROP FOREIGN TABLE public.other;

DROP FOREIGN TABLE public.f;
CREATE FOREIGN TABLE public.f (
    id integer,
    v bigint
) SERVER s;
GRANT SELECT ON TABLE public.f TO PUBLIC;

CREATE FOREIGN TABLE public.other (
    id integer
) SERVER s;

CREATE VIEW public.reads AS
 SELECT f.id,
    f.v
   FROM public.f;

COMMIT;

-- plan from 18
-- creates foreign table f, foreign table other, view reads; drops view reads, foreign table other, foreign table f
-- hazard change-type:reads.v: integer to bigint: a program that expects the old type may fail
-- hazard drop-column:other.v: a program that reads it fails
-- hazard drop-column:f.gone: a program that reads it fails
-- hazard change-type:f.v: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.reads;

DROP FOREIGN TABLE public.other;

DROP FOREIGN TABLE public.f;
CREATE FOREIGN TABLE public.f (
    id integer,
    v bigint
) SERVER s;
GRANT SELECT ON TABLE public.f TO PUBLIC;

CREATE FOREIGN TABLE public.other (
    id integer
) SERVER s;

CREATE VIEW public.reads AS
 SELECT id,
    v
   FROM public.f;

COMMIT;
