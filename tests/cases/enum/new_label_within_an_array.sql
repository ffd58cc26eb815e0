-- A new label stands within the literal of an array.

-- from
CREATE TYPE mood AS ENUM ('sad');

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (m mood[] DEFAULT '{glad}');

-- plan
-- file 1 of 2, in a transaction: changes enum mood

BEGIN;

ALTER TYPE public.mood ADD VALUE 'glad';

COMMIT;

-- file 2 of 2, in a transaction: creates table t

BEGIN;

CREATE TABLE public.t (
    m public.mood[] DEFAULT '{glad}'::public.mood[]
);

COMMIT;
