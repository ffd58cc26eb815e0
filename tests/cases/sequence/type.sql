-- A sequence becomes smaller and another one larger.

-- from
CREATE SEQUENCE a;
CREATE SEQUENCE b AS smallint;
CREATE SEQUENCE c AS integer MAXVALUE 100;

-- to
CREATE SEQUENCE a AS integer;
CREATE SEQUENCE b;
CREATE SEQUENCE c MAXVALUE 100;

-- plan
-- changes sequence a, sequence b, sequence c
-- hazard narrow-sequence:a: fails if its last number is above 2147483647

BEGIN;

ALTER SEQUENCE public.a AS integer;

ALTER SEQUENCE public.b AS bigint;

ALTER SEQUENCE public.c AS bigint;

COMMIT;
