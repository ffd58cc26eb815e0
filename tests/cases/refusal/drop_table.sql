-- A table with rows would go.

-- from
CREATE TABLE t (a integer);

-- to
CREATE TABLE other (b text);

-- refused
drop-table:t: the table and its rows are lost
  help: if that is what you want: --allow drop-table:t

-- plan
-- creates table other; drops table t
-- hazard drop-table:t: the table and its rows are lost

BEGIN;

CREATE TABLE public.other (
    b text
);

DROP TABLE public.t;

COMMIT;
