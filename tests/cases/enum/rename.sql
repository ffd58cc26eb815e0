-- A renamed enum in a column, a default, a function and an array.
-- renamed: enum mood -> temper

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (a mood DEFAULT 'sad', b mood[]);
CREATE FUNCTION f(m mood) RETURNS text LANGUAGE sql AS 'SELECT m::text';

-- to
CREATE TYPE temper AS ENUM ('sad', 'glad');
CREATE TABLE t (a temper DEFAULT 'sad', b temper[]);
CREATE FUNCTION f(m temper) RETURNS text LANGUAGE sql AS 'SELECT m::text';

-- plan
-- renames enum mood

BEGIN;

ALTER TYPE public.mood RENAME TO temper;

COMMIT;
