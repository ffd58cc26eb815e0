-- A rule of one partition sends the whole family the direct way, which no rule of a part sees.
-- fill: t.b = a * 2

-- from
CREATE TABLE t (a integer) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE RULE never AS ON UPDATE TO t1 DO INSTEAD NOTHING;

-- to
CREATE TABLE t (a integer, b integer NOT NULL) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
CREATE RULE never AS ON UPDATE TO t1 DO INSTEAD NOTHING;

-- rows
INSERT INTO t VALUES (1);

-- then
SELECT * FROM t;
-- 1 | 2

-- plan
-- creates column t.b; fills column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer;
UPDATE public.t SET b = a * 2;
ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;

COMMIT;
