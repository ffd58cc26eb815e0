-- The numbers of a sequence change, each but the type.

-- from
CREATE SEQUENCE q;
CREATE SEQUENCE down INCREMENT BY -1;

-- to
CREATE SEQUENCE q START 5 INCREMENT BY 2 MINVALUE 0 MAXVALUE 99 CACHE 3 CYCLE;
CREATE SEQUENCE down INCREMENT BY -2;

-- plan
-- changes sequence down, sequence q
-- hazard narrow-sequence:q: fails if its last number is above 99

BEGIN;

ALTER SEQUENCE public.down INCREMENT BY -2;

ALTER SEQUENCE public.q START WITH 5 INCREMENT BY 2 MINVALUE 0 MAXVALUE 99 CACHE 3 CYCLE;

COMMIT;
