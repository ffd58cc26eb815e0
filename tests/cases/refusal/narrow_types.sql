-- Each change of type that may lose something; the last three do not.
-- one way: needs expressions

-- from
CREATE TABLE t (a bigint, b text, c numeric(10,2), d double precision, e timestamp(6), f timestamptz, g text, h date, i integer);

-- to
CREATE TABLE t (a integer, b varchar(3), c numeric(9,2), d real, e timestamp(0), f date, g varchar, h timestamp, i numeric);

-- refused
narrow-type:t.a: bigint to integer: values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.a
narrow-type:t.b: text to character varying(3): values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.b
narrow-type:t.c: numeric(10,2) to numeric(9,2): values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.c
narrow-type:t.d: double precision to real: values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.d
narrow-type:t.e: timestamp(6) without time zone to timestamp(0) without time zone: values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.e
narrow-type:t.f: timestamp with time zone to date: values may not fit or may be changed
  help: if that is what you want: --allow narrow-type:t.f

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.b, column t.c, column t.d, column t.e, column t.f, column t.g, column t.h, column t.i
-- hazard narrow-type:t.a: bigint to integer: values may not fit or may be changed
-- hazard narrow-type:t.b: text to character varying(3): values may not fit or may be changed
-- hazard narrow-type:t.c: numeric(10,2) to numeric(9,2): values may not fit or may be changed
-- hazard narrow-type:t.d: double precision to real: values may not fit or may be changed
-- hazard narrow-type:t.e: timestamp(6) without time zone to timestamp(0) without time zone: values may not fit or may be changed
-- hazard narrow-type:t.f: timestamp with time zone to date: values may not fit or may be changed
-- hazard change-type:t.h: date to timestamp without time zone: a program that expects the old type may fail
-- hazard change-type:t.i: integer to numeric: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.t ALTER COLUMN a TYPE integer,
    ALTER COLUMN b TYPE character varying(3),
    ALTER COLUMN c TYPE numeric(9,2),
    ALTER COLUMN d TYPE real,
    ALTER COLUMN e TYPE timestamp(0) without time zone,
    ALTER COLUMN f TYPE date,
    ALTER COLUMN g TYPE character varying,
    ALTER COLUMN h TYPE timestamp without time zone,
    ALTER COLUMN i TYPE numeric;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b, column t.c, column t.d, column t.e, column t.f, column t.g, column t.h, column t.i

BEGIN;

ANALYZE public.t (a, b, c, d, e, f, g, h, i);

COMMIT;
