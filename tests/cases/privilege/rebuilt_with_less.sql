-- What is made again is given to fewer.

-- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TYPE mood AS ENUM ('x', 'y');
CREATE TABLE u (m mood);
GRANT SELECT ON v TO case_reader, case_writer;
GRANT USAGE ON TYPE mood TO case_reader;

-- to
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE TYPE mood AS ENUM ('y', 'x');
CREATE TABLE u (m mood);
GRANT SELECT ON v TO case_reader;

-- plan
-- file 1 of 2, in a transaction: creates view v; changes enum mood, column u.m; drops view v
-- hazard drop-column:v.b: a program that reads it fails
-- hazard revoke:mood: a program that needs it and runs as case_reader fails
-- hazard revoke:v: a program that needs it and runs as case_writer fails

BEGIN;

DROP VIEW public.v;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('y', 'x');

ALTER TABLE public.u ALTER COLUMN m TYPE public.mood USING m::text::public.mood;

CREATE VIEW public.v AS
 SELECT t.a
   FROM public.t;
GRANT SELECT ON TABLE public.v TO case_reader;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column u.m

BEGIN;

ANALYZE public.u (m);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes enum mood, column u.m; drops view v
-- hazard drop-column:v.b: a program that reads it fails
-- hazard revoke:mood: a program that needs it and runs as case_reader fails
-- hazard revoke:v: a program that needs it and runs as case_writer fails

BEGIN;

DROP VIEW public.v;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('y', 'x');

ALTER TABLE public.u ALTER COLUMN m TYPE public.mood USING m::text::public.mood;

CREATE VIEW public.v AS
 SELECT a
   FROM public.t;
GRANT SELECT ON TABLE public.v TO case_reader;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column u.m

BEGIN;

ANALYZE public.u (m);

COMMIT;
