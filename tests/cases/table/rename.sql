-- A renamed table keeps its rows; what bears its name by default follows.
-- renamed: table person -> human

-- from
CREATE TABLE person (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, age integer CHECK (age > 0));
CREATE INDEX person_age_idx ON person (age);
COMMENT ON TABLE person IS 'Somebody';

-- to
CREATE TABLE human (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, age integer CHECK (age > 0));
CREATE INDEX human_age_idx ON human (age);
COMMENT ON TABLE human IS 'Somebody';

-- rows
INSERT INTO person (name, age) VALUES ('ada', 36);

-- then
INSERT INTO human (name, age) VALUES ('bob', 20);
SELECT id, name FROM human ORDER BY id;
-- 1 | ada
-- 2 | bob

-- plan
-- renames table person, constraint person_name_key on human, constraint person_pkey on human, index person_age_idx, sequence person_id_seq and 1 more
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_name_key TO human_name_key;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

ALTER INDEX public.person_age_idx RENAME TO human_age_idx;

ALTER SEQUENCE public.person_id_seq RENAME TO human_id_seq;

ALTER TABLE public.human RENAME CONSTRAINT person_age_check TO human_age_check;

COMMIT;

-- plan from 18
-- renames table person, constraint person_name_key on human, constraint person_pkey on human, index person_age_idx, sequence person_id_seq and 2 more
-- hazard rename-table:person: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.person RENAME TO human;

ALTER TABLE public.human RENAME CONSTRAINT person_name_key TO human_name_key;

ALTER TABLE public.human RENAME CONSTRAINT person_pkey TO human_pkey;

ALTER INDEX public.person_age_idx RENAME TO human_age_idx;

ALTER SEQUENCE public.person_id_seq RENAME TO human_id_seq;

ALTER TABLE public.human RENAME CONSTRAINT person_age_check TO human_age_check;

ALTER TABLE public.human RENAME CONSTRAINT person_id_not_null TO human_id_not_null;

COMMIT;
