-- A view takes the name of a dropped table.
-- allow: drop-table:person

-- from
CREATE TABLE base (id integer);
CREATE TABLE person (id integer);

-- to
CREATE TABLE base (id integer);
CREATE VIEW person AS SELECT id FROM base;

-- plan
-- creates view person; drops table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

DROP TABLE public.person;

CREATE VIEW public.person AS
 SELECT base.id
   FROM public.base;

COMMIT;

-- plan from 16
-- creates view person; drops table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

DROP TABLE public.person;

CREATE VIEW public.person AS
 SELECT id
   FROM public.base;

COMMIT;
