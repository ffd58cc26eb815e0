-- A column gets another type, which brings a storage and compression of its own, and keeps those that it was given.

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE t (a varchar(9), b mood[]);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz, ALTER b SET STORAGE EXTERNAL;

-- to
CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE t (a text, b mood[]);
ALTER TABLE t ALTER a SET STORAGE EXTERNAL, ALTER a SET COMPRESSION pglz, ALTER b SET STORAGE EXTERNAL;

-- plan
-- file 1 of 2, in a transaction: changes enum mood, column t.a, column t.b, column t.a, column t.b

BEGIN;

ALTER TYPE public.mood RENAME TO feedstock_old_mood;
CREATE TYPE public.mood AS ENUM ('ok', 'sad');

ALTER TABLE public.t ALTER COLUMN a TYPE text,
    ALTER COLUMN b TYPE public.mood[] USING b::text[]::public.mood[];

ALTER TABLE public.t ALTER COLUMN a SET STORAGE EXTERNAL;
ALTER TABLE public.t ALTER COLUMN a SET COMPRESSION pglz;

ALTER TABLE public.t ALTER COLUMN b SET STORAGE EXTERNAL;

DROP TYPE public.feedstock_old_mood;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column t.a, column t.b

BEGIN;

ANALYZE public.t (a, b);

COMMIT;
