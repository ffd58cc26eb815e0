-- A text whose check allows only labels of the enum becomes the enum without a question.

-- from
CREATE TABLE t (id integer, mood text DEFAULT 'ok' CHECK (mood IN ('ok', 'sad')));

-- to
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (id integer, mood mood DEFAULT 'ok');

-- rows
INSERT INTO t VALUES (1, 'sad'), (2, NULL);

-- then
SELECT id, mood FROM t ORDER BY id;
-- 1 | sad
-- 2 | NULL

-- plan
