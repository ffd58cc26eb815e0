-- A view that needs a primary key, which changes.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b text);
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;

-- to
CREATE TABLE t (a integer, b text, CONSTRAINT t_pkey PRIMARY KEY (a) INCLUDE (b));
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;

-- plan
-- file 1 of 2, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pkey ON public.t USING btree (a) INCLUDE (b);

-- file 2 of 2, in a transaction: creates constraint t_pkey on t, view v; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX feedstock_new_t_pkey;

CREATE VIEW public.v AS
 SELECT t.a,
    t.b
   FROM public.t
  GROUP BY t.a;

COMMIT;

-- plan from 16
-- file 1 of 2, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pkey ON public.t USING btree (a) INCLUDE (b);

-- file 2 of 2, in a transaction: creates constraint t_pkey on t, view v; drops view v

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX feedstock_new_t_pkey;

CREATE VIEW public.v AS
 SELECT a,
    b
   FROM public.t
  GROUP BY a;

COMMIT;
