-- A partitioned table refers to another one; a new partition comes with it.

-- from
CREATE TABLE o (id integer PRIMARY KEY);
CREATE TABLE t (id integer, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE o (id integer PRIMARY KEY);
CREATE TABLE t (id integer, n integer, note text, FOREIGN KEY (n) REFERENCES o ON DELETE CASCADE) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE TABLE t_3 PARTITION OF t FOR VALUES IN (3);

-- plan
-- creates table t_3, table t_3 as one of t, foreign key t_n_fkey on t
-- hazard add-foreign-key:t.t_n_fkey: fails if a row refers to nothing
-- hazard no-online-way:t.t_n_fkey: others wait for the table while its rows are checked
-- hazard unindexed-foreign-key:t.t_n_fkey: no index begins with n: whoever deletes a row of o waits until all of t is read

BEGIN;

CREATE TABLE public.t_3 (
    id integer,
    n integer,
    note text
);

ALTER TABLE public.t ATTACH PARTITION public.t_3 FOR VALUES IN (3);

ALTER TABLE public.t ADD CONSTRAINT t_n_fkey FOREIGN KEY (n) REFERENCES public.o(id) ON DELETE CASCADE;

COMMIT;
