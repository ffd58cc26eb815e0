-- A table is renamed, and a new one takes the old name.
-- renamed: table log -> log_2023

-- from
CREATE TABLE log (id integer PRIMARY KEY, line text);

-- to
CREATE TABLE log_2023 (id integer PRIMARY KEY, line text);
CREATE TABLE log (id integer PRIMARY KEY, line text);

-- rows
INSERT INTO log VALUES (1, 'x');

-- then
SELECT count(*) FROM log_2023;
-- 1

-- plan
-- creates table log; renames table log, constraint log_pkey on log_2023
-- hazard rename-table:log: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.log RENAME TO log_2023;

ALTER TABLE public.log_2023 RENAME CONSTRAINT log_pkey TO log_2023_pkey;

CREATE TABLE public.log (
    id integer NOT NULL,
    line text,
    CONSTRAINT log_pkey PRIMARY KEY (id)
);

COMMIT;

-- plan from 18
-- creates table log; renames table log, constraint log_pkey on log_2023, constraint log_id_not_null on log_2023
-- hazard rename-table:log: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.log RENAME TO log_2023;

ALTER TABLE public.log_2023 RENAME CONSTRAINT log_pkey TO log_2023_pkey;

ALTER TABLE public.log_2023 RENAME CONSTRAINT log_id_not_null TO log_2023_id_not_null;

CREATE TABLE public.log (
    id integer NOT NULL,
    line text,
    CONSTRAINT log_pkey PRIMARY KEY (id)
);

COMMIT;
