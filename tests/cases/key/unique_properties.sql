-- Each property of unique constraints.
-- since: 15

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT u1 UNIQUE (a), CONSTRAINT u2 UNIQUE (b), CONSTRAINT u3 UNIQUE (a, b));

-- to
CREATE TABLE t (a integer, b integer,
    CONSTRAINT u1 UNIQUE NULLS NOT DISTINCT (a),
    CONSTRAINT u2 UNIQUE (b) INCLUDE (a),
    CONSTRAINT u3 UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);

-- plan
-- file 1 of 4, outside a transaction: creates constraint u1 on t
-- hazard add-unique:t.u1: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u1 ON public.t USING btree (a) NULLS NOT DISTINCT;

-- file 2 of 4, outside a transaction: creates constraint u2 on t
-- hazard add-unique:t.u2: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u2 ON public.t USING btree (b) INCLUDE (a);

-- file 3 of 4, outside a transaction: creates constraint u3 on t
-- hazard add-unique:t.u3: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_u3 ON public.t USING btree (a, b);

-- file 4 of 4, in a transaction: creates constraint u1 on t, constraint u2 on t, constraint u3 on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT u1;
ALTER TABLE public.t ADD CONSTRAINT u1 UNIQUE USING INDEX feedstock_new_u1;

ALTER TABLE public.t DROP CONSTRAINT u2;
ALTER TABLE public.t ADD CONSTRAINT u2 UNIQUE USING INDEX feedstock_new_u2;

ALTER TABLE public.t DROP CONSTRAINT u3;
ALTER TABLE public.t ADD CONSTRAINT u3 UNIQUE USING INDEX feedstock_new_u3 DEFERRABLE INITIALLY DEFERRED;

COMMIT;
