-- An index goes that a wider one replaces: it goes after the other one is there.

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX narrow ON t (a);

-- to
CREATE TABLE t (a integer, b text);
CREATE INDEX wide ON t (a, b);

-- plan
-- file 1 of 2, outside a transaction: creates index wide

CREATE INDEX CONCURRENTLY wide ON public.t USING btree (a, b);

-- file 2 of 2, outside a transaction: drops index narrow

DROP INDEX CONCURRENTLY public.narrow;
