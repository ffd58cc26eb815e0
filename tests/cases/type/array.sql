-- An array's elements change their type.
-- allow: narrow-type:t.b

-- from
CREATE TABLE t (a integer[] DEFAULT '{1}', b text[]);

-- to
CREATE TABLE t (a bigint[] DEFAULT '{1}', b varchar(3)[]);

-- plan
-- file 1 of 2, in a transaction: changes column t.a, column t.a, column t.b
-- hazard change-type:t.a: integer[] to bigint[]: a program that expects the old type may fail
-- hazard narrow-type:t.b: text[] to character varying(3)[]: values may not fit or may be changed

BEGIN;

ALTER TABLE public.t ALTER COLUMN a DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN a TYPE bigint[],
    ALTER COLUMN b TYPE character varying(3)[];

ALTER TABLE public.t ALTER COLUMN a SET DEFAULT '{1}'::bigint[];

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
