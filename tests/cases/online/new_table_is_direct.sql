-- A table that is made here has no users yet.

-- from
CREATE TABLE u (id integer PRIMARY KEY);

-- to
CREATE TABLE u (id integer PRIMARY KEY);
CREATE TABLE t (a integer NOT NULL UNIQUE CHECK (a > 0), b uuid DEFAULT gen_random_uuid(), u integer REFERENCES u);
CREATE INDEX i ON t (b);

-- plan
-- creates table t, index i, foreign key t_u_fkey on t
-- hazard unindexed-foreign-key:t.t_u_fkey: no index begins with u: whoever deletes a row of u waits until all of t is read

BEGIN;

CREATE TABLE public.t (
    a integer NOT NULL,
    b uuid DEFAULT gen_random_uuid(),
    u integer,
    CONSTRAINT t_a_key UNIQUE (a),
    CONSTRAINT t_a_check CHECK ((a > 0))
);

CREATE INDEX i ON public.t USING btree (b);

ALTER TABLE public.t ADD CONSTRAINT t_u_fkey FOREIGN KEY (u) REFERENCES public.u(id);

COMMIT;
