-- Bounds that a sequence may be beyond; one that gets more room.

-- from
CREATE SEQUENCE a;
CREATE SEQUENCE b START 20 MINVALUE -10 MAXVALUE 100;
CREATE SEQUENCE c MAXVALUE 100;
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY);

-- to
CREATE SEQUENCE a AS smallint;
CREATE SEQUENCE b START 20 MINVALUE 5 MAXVALUE 50;
CREATE SEQUENCE c MAXVALUE 1000;
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 1000));

-- rows
SELECT setval('a', 30000), setval('b', 20);

-- then
SELECT nextval('a'), nextval('b');
-- 30001 | 21

-- plan
-- changes sequence a, sequence b, sequence c, column t.id
-- hazard narrow-sequence:a: fails if its last number is above 32767
-- hazard narrow-sequence:b: fails if its last number is above 50; goes on at 5 if its last number is below
-- hazard narrow-sequence:t.id: fails if its last number is above 1000

BEGIN;

ALTER SEQUENCE public.a AS smallint;

SELECT pg_catalog.setval('public.b', 5, false) FROM public.b WHERE last_value < 5;
ALTER SEQUENCE public.b MINVALUE 5 MAXVALUE 50;

ALTER SEQUENCE public.c MAXVALUE 1000;

ALTER TABLE public.t ALTER COLUMN id SET MAXVALUE 1000;

COMMIT;
