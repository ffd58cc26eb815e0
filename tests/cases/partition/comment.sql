-- Comments on everything that a partition has.

-- from
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);

-- to
CREATE TABLE t (id integer, n integer, note text, PRIMARY KEY (id), CONSTRAINT c CHECK (n > 0)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
CREATE INDEX t_n ON t (n);
COMMENT ON TABLE t_1 IS 'a';
COMMENT ON COLUMN t_1.n IS 'b';
COMMENT ON INDEX t_1_n_idx IS 'c';
COMMENT ON CONSTRAINT t_1_pkey ON t_1 IS 'd';
COMMENT ON INDEX t_1_pkey IS 'e';
COMMENT ON CONSTRAINT c ON t IS 'f';

-- plan
-- comments on table t_1, column t_1.n, constraint c on t, constraint t_1_pkey on t_1, index t_1_n_idx and 1 more

BEGIN;

COMMENT ON TABLE public.t_1 IS 'a';

COMMENT ON COLUMN public.t_1.n IS 'b';

COMMENT ON CONSTRAINT c ON public.t IS 'f';

COMMENT ON CONSTRAINT t_1_pkey ON public.t_1 IS 'd';

COMMENT ON INDEX public.t_1_n_idx IS 'c';

COMMENT ON INDEX public.t_1_pkey IS 'e';

COMMIT;
