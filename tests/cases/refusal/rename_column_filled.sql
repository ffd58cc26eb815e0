-- What looks like a rename and has no default: filling it is no answer to the question.

-- from
CREATE TABLE t (id integer, nick text NOT NULL);

-- to
CREATE TABLE t (id integer, name text NOT NULL);

-- refused
drop-column:t.nick: the column and its values are lost
  help: if nick became name, write on the field name: #[model(renamed_from = "nick")]
        if that is what you want: --allow drop-column:t.nick
needs-fill:t.name: a new NOT NULL column without a default has no value for the rows that exist
  help: say the value: --fill t.name='…' (an SQL expression over the row), or give the column a default

-- plan
-- creates column t.name; drops column t.nick
-- hazard drop-column:t.nick: the column and its values are lost

BEGIN;

ALTER TABLE public.t ADD COLUMN name text NOT NULL;

ALTER TABLE public.t DROP COLUMN nick;

COMMIT;
