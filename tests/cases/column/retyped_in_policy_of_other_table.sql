-- A column changes its type while the policy of another table reads it.

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE TABLE o (id integer);
CREATE POLICY p ON o USING (EXISTS (SELECT FROM t WHERE t.id = o.id AND t.v > 0));

-- to
CREATE TABLE t (id integer PRIMARY KEY, v bigint);
CREATE TABLE o (id integer);
CREATE POLICY p ON o USING (EXISTS (SELECT FROM t WHERE t.id = o.id AND t.v > 0));

-- plan
-- file 1 of 2, in a transaction: creates policy p on o; changes column t.v; drops policy p on o
-- hazard change-type:t.v: integer to bigint: a program that expects the old type may fail

BEGIN;

DROP POLICY p ON public.o;

ALTER TABLE public.t ALTER COLUMN v TYPE bigint;

CREATE POLICY p ON public.o USING ((EXISTS ( SELECT
   FROM public.t
  WHERE ((t.id = o.id) AND (t.v > 0)))));

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.v

BEGIN;

ANALYZE public.t (v);

COMMIT;
