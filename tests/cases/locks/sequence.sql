-- A sequence is a relation too.

-- measured

-- from
CREATE SEQUENCE numbers;

-- to
CREATE SEQUENCE numbers INCREMENT 2 CACHE 10;

-- plan
-- lock: ShareRowExclusiveLock on numbers (blocks writes)
-- rewrites: numbers
ALTER SEQUENCE "public"."numbers" INCREMENT BY 2 CACHE 10;
