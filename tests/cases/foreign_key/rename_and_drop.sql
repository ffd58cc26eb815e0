-- A foreign key gets another name, another one goes.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (x integer CONSTRAINT old REFERENCES a, y integer REFERENCES a);

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (x integer CONSTRAINT new REFERENCES a, y integer);

-- plan
-- renames foreign key old on b; drops foreign key b_y_fkey on b

BEGIN;

ALTER TABLE public.b RENAME CONSTRAINT old TO new;

ALTER TABLE public.b DROP CONSTRAINT b_y_fkey;

COMMIT;
