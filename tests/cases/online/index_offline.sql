-- Nobody uses the table: an index changes and another one comes, in one transaction.
-- offline ok

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (b);
CREATE UNIQUE INDEX j ON t (a);

-- plan
-- creates index i, index j; drops index i
-- hazard add-unique:j: fails if two rows are alike

BEGIN;

DROP INDEX public.i;
CREATE INDEX i ON public.t USING btree (b);

CREATE UNIQUE INDEX j ON public.t USING btree (a);

COMMIT;
