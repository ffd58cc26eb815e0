-- Virtual columns come, change, become stored and go.
-- since: 18

-- from
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL, c integer GENERATED ALWAYS AS (a + 2) VIRTUAL,
    d integer GENERATED ALWAYS AS (a + 3) STORED, e integer GENERATED ALWAYS AS (a + 4) VIRTUAL);

-- to
CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 10) VIRTUAL, c integer GENERATED ALWAYS AS (a + 2) STORED,
    d integer GENERATED ALWAYS AS (a + 3) VIRTUAL, e integer, f integer GENERATED ALWAYS AS (a + 6) VIRTUAL);

-- rows
INSERT INTO t (a) VALUES (1);

-- then
SELECT a, b, c, d, e, f FROM t;
-- 1 | 11 | 3 | 4 | NULL | 7

-- plan

-- plan from 18
-- creates column t.b, column t.c, column t.d, column t.e, column t.f; drops column t.e, column t.d, column t.c, column t.b

BEGIN;

ALTER TABLE public.t DROP COLUMN e;

ALTER TABLE public.t DROP COLUMN d;

ALTER TABLE public.t DROP COLUMN c;

ALTER TABLE public.t DROP COLUMN b;
ALTER TABLE public.t ADD COLUMN b integer GENERATED ALWAYS AS ((a + 10)) VIRTUAL;

ALTER TABLE public.t ADD COLUMN c integer GENERATED ALWAYS AS ((a + 2)) STORED;

ALTER TABLE public.t ADD COLUMN d integer GENERATED ALWAYS AS ((a + 3)) VIRTUAL;

ALTER TABLE public.t ADD COLUMN e integer;

ALTER TABLE public.t ADD COLUMN f integer GENERATED ALWAYS AS ((a + 6)) VIRTUAL;

COMMIT;
