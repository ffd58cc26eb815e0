-- An index on a table that is in use.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);

-- plan
-- creates index i

CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);
