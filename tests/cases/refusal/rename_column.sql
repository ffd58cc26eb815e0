-- A column went and one like it came: that looks like a rename, and the help says how to say so.

-- from
CREATE TABLE t (id integer, nick text NOT NULL DEFAULT '', other boolean);

-- to
CREATE TABLE t (id integer, name text NOT NULL DEFAULT '', n integer);

-- refused
drop-column:t.other: the column and its values are lost
  help: if that is what you want: --allow drop-column:t.other
drop-column:t.nick: the column and its values are lost
  help: if nick became name, write on the field name: #[model(renamed_from = "nick")]
        if that is what you want: --allow drop-column:t.nick

-- plan
-- creates column t.n, column t.name; drops column t.other, column t.nick
-- hazard drop-column:t.other: the column and its values are lost
-- hazard drop-column:t.nick: the column and its values are lost

BEGIN;

ALTER TABLE public.t ADD COLUMN n integer;

ALTER TABLE public.t ADD COLUMN name text NOT NULL DEFAULT ''::text;

ALTER TABLE public.t DROP COLUMN other;

ALTER TABLE public.t DROP COLUMN nick;

COMMIT;
