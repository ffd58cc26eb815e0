-- Two tables move on by one name each.
-- renamed: table a -> b
-- renamed: table b -> c

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY, x text);

-- to
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE c (id bigint PRIMARY KEY, x text);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO b VALUES (2, 'x');

-- then
SELECT * FROM b;
-- 1
SELECT * FROM c;
-- 2 | x

-- plan
-- renames table b, table a, constraint b_pkey on c, constraint a_pkey on b
-- hazard rename-table:b: a program that still uses the old name fails
-- hazard rename-table:a: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.b RENAME TO c;

ALTER TABLE public.a RENAME TO b;

ALTER TABLE public.c RENAME CONSTRAINT b_pkey TO c_pkey;

ALTER TABLE public.b RENAME CONSTRAINT a_pkey TO b_pkey;

COMMIT;

-- plan from 18
-- renames table b, table a, constraint b_pkey on c, constraint a_pkey on b, constraint a_id_not_null on b and 1 more
-- hazard rename-table:b: a program that still uses the old name fails
-- hazard rename-table:a: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.b RENAME TO c;

ALTER TABLE public.a RENAME TO b;

ALTER TABLE public.c RENAME CONSTRAINT b_pkey TO c_pkey;

ALTER TABLE public.b RENAME CONSTRAINT a_pkey TO b_pkey;

ALTER TABLE public.b RENAME CONSTRAINT a_id_not_null TO b_id_not_null;

ALTER TABLE public.c RENAME CONSTRAINT b_id_not_null TO c_id_not_null;

COMMIT;
