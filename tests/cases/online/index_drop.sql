-- An index goes, and nothing comes in its place.

-- from
CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);

-- to
CREATE TABLE t (a integer, b text);

-- plan
-- drops index i
-- hazard drop-index:i: queries that used it become slow

DROP INDEX CONCURRENTLY public.i;
