-- Columns in another order are no difference.

-- from
CREATE TABLE t (a integer, b text, c boolean);

-- to
CREATE TABLE t (c boolean, a integer, b text);

-- plan

