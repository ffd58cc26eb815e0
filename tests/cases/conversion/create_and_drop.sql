-- A conversion comes, another goes, a third becomes a default.

-- from
CREATE CONVERSION old FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

-- to
CREATE CONVERSION new FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION new IS 'new';
CREATE DEFAULT CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

-- plan
-- creates conversion public.c, conversion public.new; drops conversion public.c, conversion public.old

BEGIN;

DROP CONVERSION public.c;
CREATE DEFAULT CONVERSION public.c FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;

CREATE CONVERSION public.new FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION public.new IS 'new';

DROP CONVERSION public.old;

COMMIT;
