-- Privileges on an enum, a domain, a composite and a range type.

-- from
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN word AS text;
CREATE TYPE pair AS (a integer);
CREATE TYPE span AS RANGE (SUBTYPE = integer);
GRANT USAGE ON TYPE mood TO case_reader;
REVOKE USAGE ON TYPE span FROM PUBLIC;

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN word AS text;
CREATE TYPE pair AS (a integer);
CREATE TYPE span AS RANGE (SUBTYPE = integer);
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON DOMAIN word TO case_reader WITH GRANT OPTION;
REVOKE USAGE ON TYPE pair FROM PUBLIC;

-- plan
-- grants or revokes privileges on enum mood, type pair, type span, domain word
-- hazard revoke:mood: a program that needs it and has it only by PUBLIC fails
-- hazard revoke:mood: a program that needs it and runs as case_reader fails
-- hazard revoke:pair: a program that needs it and has it only by PUBLIC fails

BEGIN;

REVOKE USAGE ON TYPE public.mood FROM PUBLIC;
REVOKE USAGE ON TYPE public.mood FROM case_reader;

REVOKE USAGE ON TYPE public.pair FROM PUBLIC;

GRANT USAGE ON TYPE public.span TO PUBLIC;

GRANT USAGE ON TYPE public.word TO case_reader WITH GRANT OPTION;

COMMIT;
