-- Bounds that leave the last number out: it is raised to the new lowest one, and an unused sequence begins at its new start.

-- from
CREATE SEQUENCE raised MINVALUE 1 MAXVALUE 100 START 5;
CREATE SEQUENCE beyond MINVALUE 1 MAXVALUE 10;
CREATE SEQUENCE unused MINVALUE 1 MAXVALUE 100 START 50;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY);

-- to
CREATE SEQUENCE raised MINVALUE 50 MAXVALUE 1000 START 60;
CREATE SEQUENCE beyond MINVALUE 20 MAXVALUE 30 START 25;
CREATE SEQUENCE unused MINVALUE 1 MAXVALUE 10 START 3;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY (MINVALUE 100 START 200));

-- rows
SELECT setval('raised', 7), setval('beyond', 8);
INSERT INTO t DEFAULT VALUES;

-- then
SELECT nextval('raised') AS r, nextval('beyond') AS b, nextval('unused') AS u;
-- 50 | 20 | 3

-- plan
-- changes sequence beyond, sequence raised, sequence unused, column t.id
-- hazard narrow-sequence:beyond: goes on at 20 if its last number is below
-- hazard narrow-sequence:raised: goes on at 50 if its last number is below
-- hazard narrow-sequence:unused: fails if its last number is above 10
-- hazard narrow-sequence:t.id: goes on at 100 if its last number is below

BEGIN;

ALTER SEQUENCE public.beyond MINVALUE 1 MAXVALUE 30;
SELECT pg_catalog.setval('public.beyond', CASE WHEN is_called THEN 20 ELSE 25 END, false) FROM public.beyond WHERE NOT is_called OR last_value < 20;
ALTER SEQUENCE public.beyond START WITH 25 MINVALUE 20 MAXVALUE 30;

SELECT pg_catalog.setval('public.raised', CASE WHEN is_called THEN 50 ELSE 60 END, false) FROM public.raised WHERE NOT is_called OR last_value < 50;
ALTER SEQUENCE public.raised START WITH 60 MINVALUE 50 MAXVALUE 1000;

SELECT pg_catalog.setval('public.unused', 3, false) FROM public.unused WHERE NOT is_called;
ALTER SEQUENCE public.unused START WITH 3 MAXVALUE 10;

SELECT pg_catalog.setval('public.t_id_seq', CASE WHEN is_called THEN 100 ELSE 200 END, false) FROM public.t_id_seq WHERE NOT is_called OR last_value < 100;
ALTER TABLE public.t ALTER COLUMN id SET START WITH 200 SET MINVALUE 100;

COMMIT;
