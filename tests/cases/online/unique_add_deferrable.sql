-- A unique constraint that is checked at the end, with all its properties.
-- since: 15

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a) INCLUDE (b) DEFERRABLE INITIALLY DEFERRED);
COMMENT ON CONSTRAINT u ON t IS 'late';
COMMENT ON INDEX u IS 'its index';

-- rows
INSERT INTO t VALUES (1, 'x'), (2, 'y');

-- then
UPDATE t SET a = 3 - a;
SELECT a, b FROM t ORDER BY a;
-- 1 | y
-- 2 | x

-- plan
-- file 1 of 2, outside a transaction: creates constraint u on t
-- hazard add-unique:t.u: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY u ON public.t USING btree (a) INCLUDE (b) NULLS NOT DISTINCT;

-- file 2 of 2, in a transaction: creates constraint u on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT u UNIQUE USING INDEX u DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT u ON public.t IS 'late';
COMMENT ON INDEX public.u IS 'its index';

COMMIT;
