-- A key of expressions, with collations and operator classes.

-- from

-- to
CREATE TABLE t (a text, b date) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, b);
CREATE TABLE t_1 PARTITION OF t FOR VALUES FROM ('a', MINVALUE) TO ('n', MAXVALUE);

-- plan
-- creates table t, table t_1, table t_1 as one of t

BEGIN;

CREATE TABLE public.t (
    a text,
    b date
) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, b);

CREATE TABLE public.t_1 (
    a text,
    b date
);

ALTER TABLE public.t ATTACH PARTITION public.t_1 FOR VALUES FROM ('a', MINVALUE) TO ('n', MAXVALUE);

COMMIT;
