-- A type changes under a view on a view and a materialized view with an index.

-- from
CREATE TABLE t (a integer, b text);
CREATE VIEW one AS SELECT a FROM t;
CREATE VIEW two AS SELECT a + 1 AS c FROM one;
CREATE MATERIALIZED VIEW three AS SELECT c FROM two;
CREATE UNIQUE INDEX three_c ON three (c);
COMMENT ON VIEW one IS 'one';
COMMENT ON COLUMN two.c IS 'a and one';
COMMENT ON INDEX three_c IS 'once';

-- to
CREATE TABLE t (a bigint, b text);
CREATE VIEW one AS SELECT a FROM t;
CREATE VIEW two AS SELECT a + 1 AS c FROM one;
CREATE MATERIALIZED VIEW three AS SELECT c FROM two;
CREATE UNIQUE INDEX three_c ON three (c);
COMMENT ON VIEW one IS 'one';
COMMENT ON COLUMN two.c IS 'a and one';
COMMENT ON INDEX three_c IS 'once';

-- plan
-- file 1 of 2, in a transaction: creates view one, view two, materialized view three, index three_c; changes column t.a; drops materialized view three, view two, view one
-- hazard rebuild-view:three: nobody can read it until its query has filled it again
-- hazard change-type:two.c: integer to bigint: a program that expects the old type may fail
-- hazard change-type:one.a: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP MATERIALIZED VIEW public.three;

DROP VIEW public.two;

DROP VIEW public.one;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE VIEW public.one AS
 SELECT t.a
   FROM public.t;
COMMENT ON VIEW public.one IS 'one';

CREATE VIEW public.two AS
 SELECT (one.a + 1) AS c
   FROM public.one;
COMMENT ON COLUMN public.two.c IS 'a and one';

CREATE MATERIALIZED VIEW public.three AS
 SELECT two.c
   FROM public.two;

CREATE UNIQUE INDEX three_c ON public.three USING btree (c);
COMMENT ON INDEX public.three_c IS 'once';

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view one, view two, materialized view three, index three_c; changes column t.a; drops materialized view three, view two, view one
-- hazard rebuild-view:three: nobody can read it until its query has filled it again
-- hazard change-type:two.c: integer to bigint: a program that expects the old type may fail
-- hazard change-type:one.a: integer to bigint: a program that expects the old type may fail
-- hazard change-type:t.a: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP MATERIALIZED VIEW public.three;

DROP VIEW public.two;

DROP VIEW public.one;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint;

CREATE VIEW public.one AS
 SELECT a
   FROM public.t;
COMMENT ON VIEW public.one IS 'one';

CREATE VIEW public.two AS
 SELECT (a + 1) AS c
   FROM public.one;
COMMENT ON COLUMN public.two.c IS 'a and one';

CREATE MATERIALIZED VIEW public.three AS
 SELECT c
   FROM public.two;

CREATE UNIQUE INDEX three_c ON public.three USING btree (c);
COMMENT ON INDEX public.three_c IS 'once';

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
