-- A column changes its type in all who inherit it; views of them are made again.

-- from
CREATE TABLE a (id integer, x text);
CREATE TABLE b () INHERITS (a);
CREATE VIEW v AS SELECT id FROM b;

-- to
CREATE TABLE a (id bigint, x text);
CREATE TABLE b () INHERITS (a);
CREATE VIEW v AS SELECT id FROM b;

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column a.id; drops view v
-- hazard change-type:v.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

CREATE VIEW public.v AS
 SELECT b.id
   FROM public.b;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column a.id

BEGIN;

ANALYZE public.a (id);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column a.id; drops view v
-- hazard change-type:v.id: integer to bigint: a program that expects the old type may fail
-- hazard change-type:a.id: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.a ALTER COLUMN id TYPE bigint;

CREATE VIEW public.v AS
 SELECT id
   FROM public.b;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column a.id

BEGIN;

ANALYZE public.a (id);

COMMIT;
