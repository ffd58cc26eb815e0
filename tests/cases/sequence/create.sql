-- A sequence comes with all that it can have.

-- from

-- to
CREATE SEQUENCE s AS integer INCREMENT BY -2 MINVALUE -100 MAXVALUE 10 START WITH 8 CACHE 5 CYCLE;
COMMENT ON SEQUENCE s IS 'down';

-- plan
-- creates sequence s

BEGIN;

CREATE SEQUENCE public.s AS integer START WITH 8 INCREMENT BY -2 MINVALUE -100 MAXVALUE 10 CACHE 5 CYCLE;
COMMENT ON SEQUENCE public.s IS 'down';

COMMIT;
