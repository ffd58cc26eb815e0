-- Comments on the NOT NULL of columns come, change, go, and come with a table and a column.
-- since: 18

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer NOT NULL, d integer NOT NULL, e integer);
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'old';
COMMENT ON CONSTRAINT t_c_not_null ON t IS 'gone';
COMMENT ON CONSTRAINT t_d_not_null ON t IS 'kept';

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, c integer, d integer CONSTRAINT other NOT NULL,
    e integer NOT NULL);
COMMENT ON CONSTRAINT t_a_not_null ON t IS 'it''s new';
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'new';
COMMENT ON CONSTRAINT other ON t IS 'kept';
COMMENT ON CONSTRAINT t_e_not_null ON t IS 'set';
CREATE TABLE u (a integer PRIMARY KEY, b integer CONSTRAINT own NOT NULL);
COMMENT ON CONSTRAINT u_a_not_null ON u IS 'of a key';
COMMENT ON CONSTRAINT own ON u IS 'own';
CREATE TABLE v () INHERITS (u);
COMMENT ON CONSTRAINT own ON v IS 'of a child';

-- plan

-- plan from 18
-- file 1 of 3, in a transaction: creates table u, table v, comment on NOT NULL of t.a, comment on NOT NULL of u.a, comment on NOT NULL of u.b and 1 more; renames constraint t_d_not_null on t; changes column t.c, column t.e, comment on NOT NULL of t.b; drops comment on NOT NULL of t.c
-- hazard required-column:t.e: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT t_d_not_null TO other;

COMMENT ON CONSTRAINT t_c_not_null ON public.t IS NULL;

CREATE TABLE public.u (
    a integer NOT NULL,
    b integer CONSTRAINT own NOT NULL,
    CONSTRAINT u_pkey PRIMARY KEY (a)
);

CREATE TABLE public.v () INHERITS (public.u);

ALTER TABLE public.t ALTER COLUMN c DROP NOT NULL;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_e_not_null CHECK (e IS NOT NULL) NOT VALID;

COMMENT ON CONSTRAINT t_a_not_null ON public.t IS 'it''s new';

COMMENT ON CONSTRAINT t_b_not_null ON public.t IS 'new';

COMMENT ON CONSTRAINT u_a_not_null ON public.u IS 'of a key';

COMMENT ON CONSTRAINT own ON public.u IS 'own';

COMMENT ON CONSTRAINT own ON public.v IS 'of a child';

COMMIT;

-- file 2 of 3, in a transaction: validates column t.e
-- hazard set-not-null:t.e: fails if a row has NULL; to fill such rows: --fill t.e='…'
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_e_not_null;

COMMIT;

-- file 3 of 3, in a transaction: creates comment on NOT NULL of t.e; changes column t.e

BEGIN;

ALTER TABLE public.t ALTER COLUMN e SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_e_not_null;

COMMENT ON CONSTRAINT t_e_not_null ON public.t IS 'set';

COMMIT;
