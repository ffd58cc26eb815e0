-- A name of a NOT NULL constraint that another table's has by then is said, or Postgres would give another one.
-- since: 18

-- from
CREATE TABLE k (z integer);

-- to
CREATE TABLE b (y integer NOT NULL);
CREATE TABLE a (x integer CONSTRAINT b_y_not_null NOT NULL);
CREATE TABLE k (z integer);

-- plan

-- plan from 18
-- creates table a, table b

BEGIN;

CREATE TABLE public.a (
    x integer CONSTRAINT b_y_not_null NOT NULL
);

CREATE TABLE public.b (
    y integer CONSTRAINT b_y_not_null NOT NULL
);

COMMIT;
