-- A new label locks no table.

-- measured
-- one way: a label cannot be taken back without asking

-- from
CREATE TYPE status AS ENUM ('a');
CREATE TABLE t (status status);

-- to
CREATE TYPE status AS ENUM ('a', 'b');
CREATE TABLE t (status status);

-- plan
-- changes enum status
-- lock: none on what existed before

BEGIN;

ALTER TYPE public.status ADD VALUE 'b';

COMMIT;
