-- A rule of several statements.

-- from
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);

-- to
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE r AS ON DELETE TO t DO ALSO (INSERT INTO log VALUES (old.a); DELETE FROM log WHERE a = 0);

-- plan
-- creates rule r on t

BEGIN;

CREATE RULE r AS
    ON DELETE TO public.t DO ( INSERT INTO public.log (a)
  VALUES (old.a);
 DELETE FROM public.log
  WHERE (log.a = 0);
);

COMMIT;
