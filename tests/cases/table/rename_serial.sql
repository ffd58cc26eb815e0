-- A renamed table with a serial column: the sequence and the default follow.
-- renamed: table person -> human

-- from
CREATE TABLE person (id serial PRIMARY KEY);

-- to
CREATE TABLE human (id serial PRIMARY KEY);

-- rows
INSERT INTO person DEFAULT VALUES;

-- then
INSERT INTO human DEFAULT VALUES RETURNING id;
-- 2

-- plan
-- renames table person, constraint person_pkey on human, sequence person_id_seq
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

ALTER SEQUENCE public.person_id_seq RENAME TO human_id_seq;

COMMIT;

-- plan from 18
-- renames table person, constraint person_pkey on human, sequence person_id_seq, constraint person_id_not_null on human
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

ALTER SEQUENCE public.person_id_seq RENAME TO human_id_seq;

ALTER TABLE public.human RENAME CONSTRAINT person_id_not_null TO human_id_not_null;

COMMIT;
