-- The types of generated columns are made anew: values are computed again.

-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN d AS e;
CREATE TABLE t (id integer PRIMARY KEY, s e, g e GENERATED ALWAYS AS (s) STORED, h d GENERATED ALWAYS AS ('b') STORED);
CREATE VIEW v AS SELECT g, h FROM t;

-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE DOMAIN d AS e;
CREATE TABLE t (id integer PRIMARY KEY, s e, g e GENERATED ALWAYS AS (s) STORED, h d GENERATED ALWAYS AS ('b') STORED);
CREATE VIEW v AS SELECT g, h FROM t;

-- rows
INSERT INTO t VALUES (1, 'c');

-- then
SELECT s, g, h FROM t;
-- c | c | b

-- plan
-- file 1 of 2, in a transaction: creates column t.h, column t.s, column t.g, view v; changes enum e, domain d; drops view v, column t.h, column t.g

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP COLUMN h;

ALTER TABLE public.t DROP COLUMN g;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('c', 'b', 'a');

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS public.e;

ALTER TABLE public.t ADD COLUMN h public.d GENERATED ALWAYS AS ('b'::public.e) STORED,
    ALTER COLUMN s TYPE public.e USING s::text::public.e,
    ADD COLUMN g public.e GENERATED ALWAYS AS (s) STORED;

CREATE VIEW public.v AS
 SELECT t.g,
    t.h
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

DROP TYPE public.feedstock_old_e;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.s

BEGIN;

ANALYZE public.t (s);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates column t.h, column t.s, column t.g, view v; changes enum e, domain d; drops view v, column t.h, column t.g

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.t DROP COLUMN h;

ALTER TABLE public.t DROP COLUMN g;

ALTER TYPE public.e RENAME TO feedstock_old_e;
CREATE TYPE public.e AS ENUM ('c', 'b', 'a');

ALTER DOMAIN public.d RENAME TO feedstock_old_d;
CREATE DOMAIN public.d AS public.e;

ALTER TABLE public.t ADD COLUMN h public.d GENERATED ALWAYS AS ('b'::public.e) STORED,
    ALTER COLUMN s TYPE public.e USING s::text::public.e,
    ADD COLUMN g public.e GENERATED ALWAYS AS (s) STORED;

CREATE VIEW public.v AS
 SELECT g,
    h
   FROM public.t;

DROP DOMAIN public.feedstock_old_d;

DROP TYPE public.feedstock_old_e;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.s

BEGIN;

ANALYZE public.t (s);

COMMIT;
