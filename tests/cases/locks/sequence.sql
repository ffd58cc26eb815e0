-- A sequence is a relation too.

-- measured

-- from
CREATE SEQUENCE numbers;

-- to
CREATE SEQUENCE numbers INCREMENT 2 CACHE 10;

-- plan
-- changes sequence numbers
-- lock: ShareRowExclusiveLock on numbers (blocks writes)

BEGIN;

ALTER SEQUENCE public.numbers INCREMENT BY 2 CACHE 10;

COMMIT;
