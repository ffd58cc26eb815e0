-- A cast by way of text.

-- from
CREATE TYPE mood AS ENUM ('sad');

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE CAST (text AS mood) WITH INOUT AS IMPLICIT;

-- plan
-- creates cast (text AS public.mood)

BEGIN;

CREATE CAST (text AS public.mood) WITH INOUT AS IMPLICIT;

COMMIT;
