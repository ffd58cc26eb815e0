-- A value of an enum that no column uses goes: nothing can be lost.

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok', 'glad');

-- to
CREATE TYPE mood AS ENUM ('sad', 'glad');

-- plan
-- creates enum mood; drops enum mood

BEGIN;

DROP TYPE public.mood;
CREATE TYPE public.mood AS ENUM ('sad', 'glad');

COMMIT;
