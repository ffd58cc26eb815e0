-- A table went and one like it came: that looks like a rename.

-- from
CREATE TABLE person (id integer PRIMARY KEY, name text, born date);

-- to
CREATE TABLE human (id integer PRIMARY KEY, name text, died date);

-- refused
drop-table:person: the table and its rows are lost
  help: if person became human, write on the model of human: #[model(renamed_from = "person")]
        if that is what you want: --allow drop-table:person

-- plan
-- creates table human; drops table person
-- hazard drop-table:person: the table and its rows are lost

BEGIN;

CREATE TABLE public.human (
    id integer NOT NULL,
    name text,
    died date,
    CONSTRAINT human_pkey PRIMARY KEY (id)
);

DROP TABLE public.person;

COMMIT;
