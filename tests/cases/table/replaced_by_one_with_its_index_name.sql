-- A new table's index has the name of a dropped table's index.
-- allow: drop-table:old

-- from
CREATE TABLE old (id integer);
CREATE INDEX by_id ON old (id);

-- to
CREATE TABLE fresh (id integer);
CREATE INDEX by_id ON fresh (id);

-- plan
-- creates table fresh, index by_id; drops table old
-- hazard drop-table:old: the table and its rows are lost

BEGIN;

DROP TABLE public.old;

CREATE TABLE public.fresh (
    id integer
);

CREATE INDEX by_id ON public.fresh USING btree (id);

COMMIT;
