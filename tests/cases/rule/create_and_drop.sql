-- A rule comes, another goes.

-- from
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE old AS ON DELETE TO t DO INSTEAD NOTHING;

-- to
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE noted AS ON UPDATE TO t DO ALSO INSERT INTO log VALUES (new.a);
COMMENT ON RULE noted ON t IS 'a log';

-- plan
-- creates rule noted on t; drops rule old on t

BEGIN;

DROP RULE old ON public.t;

CREATE RULE noted AS
    ON UPDATE TO public.t DO  INSERT INTO public.log (a)
  VALUES (new.a);
COMMENT ON RULE noted ON public.t IS 'a log';

COMMIT;
