-- New sequences that count down, with little said.

-- from

-- to
CREATE SEQUENCE a INCREMENT BY -1;
CREATE SEQUENCE b AS smallint INCREMENT BY -5 START -10;
CREATE SEQUENCE c AS integer INCREMENT BY -1 MINVALUE -100 MAXVALUE 100 START 100;

-- plan
-- creates sequence a, sequence b, sequence c

BEGIN;

CREATE SEQUENCE public.a INCREMENT BY -1;

CREATE SEQUENCE public.b AS smallint START WITH -10 INCREMENT BY -5;

CREATE SEQUENCE public.c AS integer START WITH 100 INCREMENT BY -1 MINVALUE -100 MAXVALUE 100;

COMMIT;
