-- A renamed value keeps its rows.
-- renamed: label mood.sad -> mood.blue

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood DEFAULT 'sad' CHECK (mood <> 'sad' OR true));

-- to
CREATE TYPE mood AS ENUM ('blue', 'glad');
CREATE TABLE t (mood mood DEFAULT 'blue' CHECK (mood <> 'blue' OR true));

-- rows
INSERT INTO t VALUES ('sad');

-- then
SELECT mood FROM t;
-- blue

-- plan
-- renames enum mood
-- hazard rename-enum-value:mood.sad: a program that still uses the old name fails

BEGIN;

ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue';

COMMIT;
