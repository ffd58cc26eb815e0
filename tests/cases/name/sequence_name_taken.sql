-- The default name of an identity's sequence is taken by something else.

-- from
CREATE TABLE t (a text);

-- to
CREATE SEQUENCE t_id_seq;
CREATE TABLE t (a text, id integer GENERATED ALWAYS AS IDENTITY);

-- plan
-- creates sequence t_id_seq, column t.id

BEGIN;

CREATE SEQUENCE public.t_id_seq;

ALTER TABLE public.t ADD COLUMN id integer NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.t_id_seq1);

COMMIT;
