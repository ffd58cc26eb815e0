-- Columns that change their types in a row do so in one statement: the table is rewritten once.
-- allow: narrow-type:r.b

-- from
CREATE TABLE r (
    id bigint PRIMARY KEY,
    a integer NOT NULL DEFAULT 3,
    b text,
    c varchar(20),
    d integer,
    g integer GENERATED ALWAYS AS (a * 2) STORED,
    CHECK (a > d)
);
CREATE INDEX ON r (a, d);
COMMENT ON COLUMN r.g IS 'double';

-- to
CREATE TABLE r (
    id bigint PRIMARY KEY,
    a bigint DEFAULT 4,
    b varchar(100) NOT NULL,
    c varchar(40),
    d bigint NOT NULL DEFAULT 5,
    g bigint GENERATED ALWAYS AS (a * 2) STORED,
    CHECK (a > d)
);
CREATE INDEX ON r (a, d);
COMMENT ON COLUMN r.g IS 'twice';

-- rows
INSERT INTO r (id, b, c, d) VALUES (1, 'one', 'more', 2);

-- then
SELECT a, b, c, d, g FROM r;
-- 3 | one | more | 2 | 6

-- plan
-- file 1 of 3, in a transaction: creates column r.g; changes column r.a, column r.a, column r.b, column r.c, column r.d, column r.g, column r.b, column r.d; drops column r.g
-- hazard change-type:r.a: integer to bigint: a program that expects the old type may fail
-- hazard narrow-type:r.b: text to character varying(100): values may not fit or may be changed
-- hazard change-type:r.d: integer to bigint: a program that expects the old type may fail
-- hazard required-column:r.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.r ALTER COLUMN a DROP DEFAULT;

ALTER TABLE public.r DROP COLUMN g;

ALTER TABLE public.r ALTER COLUMN a DROP NOT NULL;

ALTER TABLE public.r ALTER COLUMN a TYPE bigint,
    ALTER COLUMN b TYPE character varying(100),
    ALTER COLUMN c TYPE character varying(40),
    ALTER COLUMN d TYPE bigint,
    ADD COLUMN g bigint GENERATED ALWAYS AS ((a * 2)) STORED;

ALTER TABLE public.r ALTER COLUMN a SET DEFAULT 4;

ALTER TABLE public.r ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

ALTER TABLE public.r ALTER COLUMN d SET DEFAULT 5;
ALTER TABLE public.r ADD CONSTRAINT feedstock_new_d_not_null CHECK (d IS NOT NULL) NOT VALID;

COMMENT ON COLUMN public.r.g IS 'twice';

COMMIT;

-- file 2 of 3, in a transaction: validates column r.b, column r.d; analyzes column r.a, column r.b, column r.c, column r.d
-- hazard set-not-null:r.b: fails if a row has NULL; to fill such rows: --fill r.b='…'
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time
-- hazard set-not-null:r.d: fails if a row has NULL; to fill such rows: --fill r.d='…'

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT feedstock_new_b_not_null,
    VALIDATE CONSTRAINT feedstock_new_d_not_null;

ANALYZE public.r (a, b, c, d);

COMMIT;

-- file 3 of 3, in a transaction: changes column r.b, column r.d

BEGIN;

ALTER TABLE public.r ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.r DROP CONSTRAINT feedstock_new_b_not_null;

ALTER TABLE public.r ALTER COLUMN d SET NOT NULL;
ALTER TABLE public.r DROP CONSTRAINT feedstock_new_d_not_null;

COMMIT;
