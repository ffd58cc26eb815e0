-- A column widens in place under a view while the table gets an index.

-- from
CREATE TABLE t (a varchar(9));
CREATE VIEW v AS SELECT a FROM t;

-- to
CREATE TABLE t (a varchar(19));
CREATE VIEW v AS SELECT a FROM t;
CREATE INDEX i ON t (a);

-- plan
-- file 1 of 3, in a transaction: creates view v; changes column t.a; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(19);

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;

COMMIT;

-- file 2 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);

-- file 3 of 3, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;

-- plan from 16
-- file 1 of 3, in a transaction: creates view v; changes column t.a; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t ALTER COLUMN a TYPE character varying(19);

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;

COMMIT;

-- file 2 of 3, outside a transaction: creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);

-- file 3 of 3, in a transaction: analyzes column t.a

BEGIN;

ANALYZE public.t (a);

COMMIT;
