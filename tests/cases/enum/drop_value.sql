-- A value goes; the rows with the others stay. Everything that uses the type moves over.
-- allow: drop-enum-value:mood.ok

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (a mood NOT NULL DEFAULT 'sad' CHECK (a <> 'glad' OR true), b mood[] DEFAULT '{sad}', c text);
CREATE INDEX part ON t (c) WHERE a = 'sad';
CREATE INDEX whole ON t (a);
CREATE VIEW v AS SELECT a, c FROM t WHERE a = 'sad';
CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text';

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (a mood NOT NULL DEFAULT 'sad' CHECK (a <> 'glad' OR true), b mood[] DEFAULT '{sad}', c text);
CREATE INDEX part ON t (c) WHERE a = 'sad';
CREATE INDEX whole ON t (a);
CREATE VIEW v AS SELECT a, c FROM t WHERE a = 'sad';
CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text';

-- rows
INSERT INTO t (a, b) VALUES ('sad', '{glad,sad}'), ('glad', NULL);

-- then
SELECT a, b FROM t ORDER BY a;
-- sad | {glad,sad}
-- glad | NULL

-- plan
-- file 1 of 4, in a transaction: creates function public.f(m public.mood), constraint t_a_check on t, view v; changes column t.b, column t.a, enum mood, column t.a, column t.b; drops view v, function public.f(m public.mood), index part, constraint t_a_check on t
-- hazard drop-index:part: queries that use it are slow until it is built again
-- hazard drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first

BEGIN;

SET check_function_bodies = off;

DROP VIEW public.v;

DROP FUNCTION public.f(m public.mood);

DROP INDEX public.part;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;

ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad', 'glad');

CREATE OR REPLACE FUNCTION public.f(m public.mood)
 RETURNS text
 LANGUAGE sql
AS $function$SELECT m::text$function$;

ALTER TABLE public.t ALTER COLUMN a TYPE public.mood USING a::text::public.mood,
    ALTER COLUMN b TYPE public.mood[] USING b::text[]::public.mood[];

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'sad'::public.mood;

ALTER TABLE public.t ALTER COLUMN b SET DEFAULT '{sad}'::public.mood[];

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK (((a <> 'glad'::public.mood) OR true)) NOT VALID;

CREATE VIEW public.v AS
 SELECT t.a,
    t.c
   FROM public.t
  WHERE (t.a = 'sad'::public.mood);

COMMIT;

-- file 2 of 4, outside a transaction: creates index part

CREATE INDEX CONCURRENTLY part ON public.t USING btree (c) WHERE (a = 'sad'::public.mood);

-- file 3 of 4, in a transaction: validates constraint t_a_check on t; analyzes column t.a, column t.b
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.t (a, b);

ALTER TABLE public.t VALIDATE CONSTRAINT t_a_check;

COMMIT;

-- file 4 of 4, in a transaction: changes enum mood

BEGIN;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- plan from 16
-- file 1 of 4, in a transaction: creates function public.f(m public.mood), constraint t_a_check on t, view v; changes column t.b, column t.a, enum mood, column t.a, column t.b; drops view v, function public.f(m public.mood), index part, constraint t_a_check on t
-- hazard drop-index:part: queries that use it are slow until it is built again
-- hazard drop-enum-value:mood.ok: fails if a row has the label; rows must be changed first

BEGIN;

SET check_function_bodies = off;

DROP VIEW public.v;

DROP FUNCTION public.f(m public.mood);

DROP INDEX public.part;

ALTER TABLE public.t DROP CONSTRAINT t_a_check;

ALTER TABLE public.t ALTER COLUMN b DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('sad', 'glad');

CREATE OR REPLACE FUNCTION public.f(m public.mood)
 RETURNS text
 LANGUAGE sql
AS $function$SELECT m::text$function$;

ALTER TABLE public.t ALTER COLUMN a TYPE public.mood USING a::text::public.mood,
    ALTER COLUMN b TYPE public.mood[] USING b::text[]::public.mood[];

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT 'sad'::public.mood;

ALTER TABLE public.t ALTER COLUMN b SET DEFAULT '{sad}'::public.mood[];

ALTER TABLE public.t ADD CONSTRAINT t_a_check CHECK (((a <> 'glad'::public.mood) OR true)) NOT VALID;

CREATE VIEW public.v AS
 SELECT a,
    c
   FROM public.t
  WHERE (a = 'sad'::public.mood);

COMMIT;

-- file 2 of 4, outside a transaction: creates index part

CREATE INDEX CONCURRENTLY part ON public.t USING btree (c) WHERE (a = 'sad'::public.mood);

-- file 3 of 4, in a transaction: validates constraint t_a_check on t; analyzes column t.a, column t.b
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ANALYZE public.t (a, b);

ALTER TABLE public.t VALIDATE CONSTRAINT t_a_check;

COMMIT;

-- file 4 of 4, in a transaction: changes enum mood

BEGIN;

DROP TYPE public.feedstock_old_mood;

COMMIT;
