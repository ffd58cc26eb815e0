-- A partition has a foreign key of its own beside the one that comes from the whole and does the same.

-- from
CREATE TABLE r (id integer PRIMARY KEY);

-- to
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES r, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t_1 ADD CONSTRAINT again FOREIGN KEY (a) REFERENCES r;

-- plan
-- creates table t, table t_1, table t_1 as one of t, foreign key t_a_fkey on t, foreign key again on t_1
-- hazard unindexed-foreign-key:t.t_a_fkey: no index begins with a: whoever deletes a row of r waits until all of t is read
-- hazard unindexed-foreign-key:t_1.again: no index begins with a: whoever deletes a row of r waits until all of t_1 is read

BEGIN;

CREATE TABLE public.t (
    a integer,
    b integer
) PARTITION BY LIST (a);

CREATE TABLE public.t_1 (
    a integer,
    b integer
);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES IN (1);

ALTER TABLE public.t ADD CONSTRAINT t_a_fkey FOREIGN KEY (a) REFERENCES public.r(id);

ALTER TABLE public.t_1 ADD CONSTRAINT again FOREIGN KEY (a) REFERENCES public.r(id);

COMMIT;
