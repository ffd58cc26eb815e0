-- A view of all columns of a table that gets one more.

-- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT * FROM t;

-- to
CREATE TABLE t (a integer, b integer, c integer);
CREATE VIEW v AS SELECT * FROM t;

-- plan
-- creates column t.c; changes view v

BEGIN;

ALTER TABLE public.t ADD COLUMN c integer;

CREATE OR REPLACE VIEW public.v AS
 SELECT t.a,
    t.b,
    t.c
   FROM public.t;

COMMIT;

-- plan from 16
-- creates column t.c; changes view v

BEGIN;

ALTER TABLE public.t ADD COLUMN c integer;

CREATE OR REPLACE VIEW public.v AS
 SELECT a,
    b,
    c
   FROM public.t;

COMMIT;
