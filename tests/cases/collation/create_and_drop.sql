-- A collation comes, another goes.

-- from
CREATE COLLATION old (LC_COLLATE = 'C', LC_CTYPE = 'C');

-- to
CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
COMMENT ON COLLATION german IS 'as in a phone book';

-- plan
-- creates collation german; drops collation old
-- hazard drop-type:old: a program that names it fails

BEGIN;

CREATE COLLATION public.german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');
COMMENT ON COLLATION public.german IS 'as in a phone book';

DROP COLLATION public.old;

COMMIT;
