-- Keys that do the same are told apart, and stay apart in a table that is new.

-- from
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id);

-- to
CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (id);
ALTER TABLE t ADD CONSTRAINT v UNIQUE (id) DEFERRABLE;
CREATE TABLE s (id integer PRIMARY KEY, n integer NOT NULL, EXCLUDE USING btree (n WITH =));
ALTER TABLE s ADD CONSTRAINT a UNIQUE (id);
ALTER TABLE s ADD CONSTRAINT b UNIQUE (id) INCLUDE (n);
ALTER TABLE s ADD CONSTRAINT c UNIQUE (n);
ALTER TABLE s ADD CONSTRAINT d UNIQUE (n);
ALTER TABLE s ADD CONSTRAINT e EXCLUDE USING btree (n WITH =);
COMMENT ON CONSTRAINT d ON s IS 'the second';
ALTER TABLE s REPLICA IDENTITY USING INDEX d;
ALTER TABLE s CLUSTER ON a;

-- plan
-- file 1 of 3, in a transaction: creates table s, constraint a on s, constraint b on s, constraint d on s, constraint e on s and 3 more

BEGIN;

CREATE TABLE public.s (
    id integer NOT NULL,
    n integer NOT NULL,
    CONSTRAINT s_pkey PRIMARY KEY (id),
    CONSTRAINT c UNIQUE (n)
);

ALTER TABLE public.s ADD CONSTRAINT a UNIQUE (id);

ALTER TABLE public.s ADD CONSTRAINT b UNIQUE (id) INCLUDE (n);

ALTER TABLE public.s ADD CONSTRAINT d UNIQUE (n);
COMMENT ON CONSTRAINT d ON public.s IS 'the second';

ALTER TABLE public.s ADD CONSTRAINT e EXCLUDE USING btree (n WITH =);

ALTER TABLE public.s ADD CONSTRAINT s_n_excl EXCLUDE USING btree (n WITH =);

ALTER TABLE public.s CLUSTER ON a;

ALTER TABLE public.s REPLICA IDENTITY USING INDEX d;

COMMIT;

-- file 2 of 3, outside a transaction: creates constraint v on t
-- hazard add-unique:t.v: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY v ON public.t USING btree (id);

-- file 3 of 3, in a transaction: creates constraint v on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT v UNIQUE USING INDEX v DEFERRABLE;

COMMIT;
