-- A unique constraint that is checked at the end, with all its properties.

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
