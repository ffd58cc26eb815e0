-- A table and a column that are published get other names, and stay published.
-- since: 15
-- renamed: table t -> u
-- renamed: column u.v -> u.w

-- from
CREATE TABLE t (id integer PRIMARY KEY, v integer);
CREATE PUBLICATION p FOR TABLE t (id, v) WHERE (id > 0) WITH (publish = 'insert');

-- to
CREATE TABLE u (id integer CONSTRAINT t_pkey PRIMARY KEY, w integer);
CREATE PUBLICATION p FOR TABLE u (id, w) WHERE (id > 0) WITH (publish = 'insert');

-- plan
-- renames table t, column u.v
-- hazard rename-table:t: a program that still uses the old name fails
-- hazard rename-column:u.v: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME TO u;

ALTER TABLE public.u RENAME COLUMN v TO w;

COMMIT;

-- plan from 18
-- renames table t, column u.v, constraint t_id_not_null on u
-- hazard rename-table:t: a program that still uses the old name fails
-- hazard rename-column:u.v: a program that still uses the old name fails

BEGIN;

ALTER TABLE public.t RENAME TO u;

ALTER TABLE public.u RENAME COLUMN v TO w;

ALTER TABLE public.u RENAME CONSTRAINT t_id_not_null TO u_id_not_null;

COMMIT;
