-- The default, the NOT NULL and the checks of a domain.

-- from
CREATE DOMAIN a AS integer;
CREATE DOMAIN b AS integer DEFAULT 1 NOT NULL CONSTRAINT c CHECK (VALUE > 0);

-- to
CREATE DOMAIN a AS integer DEFAULT 1 NOT NULL CONSTRAINT c CHECK (VALUE > 0);
CREATE DOMAIN b AS integer;

-- plan
-- changes domain a, domain b
-- hazard set-not-null:a: fails if a column of this type has NULL
-- hazard add-check:a.c: fails if a value of this type breaks it

BEGIN;

ALTER DOMAIN public.a SET DEFAULT 1;
ALTER DOMAIN public.a SET NOT NULL;
ALTER DOMAIN public.a ADD CONSTRAINT c CHECK ((VALUE > 0));

ALTER DOMAIN public.b DROP CONSTRAINT c;
ALTER DOMAIN public.b DROP NOT NULL;
ALTER DOMAIN public.b DROP DEFAULT;

COMMIT;
