-- A table that is made here refers to one that is in use: directly, it has no rows.

-- from
CREATE TABLE t (id integer PRIMARY KEY);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t, UNIQUE (t));
CREATE INDEX r_i ON r (t);

-- plan
-- creates table r, index r_i, foreign key r_t_fkey on r

BEGIN;

CREATE TABLE public.r (
    t integer,
    CONSTRAINT r_t_key UNIQUE (t)
);

CREATE INDEX r_i ON public.r USING btree (t);

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id);

COMMIT;
