-- A check of a domain changes and keeps its comment; another goes with its own.

-- from
CREATE DOMAIN word AS text CONSTRAINT short CHECK (length(VALUE) < 9) CONSTRAINT old CHECK (VALUE <> '');
COMMENT ON CONSTRAINT short ON DOMAIN word IS 'short';
COMMENT ON CONSTRAINT old ON DOMAIN word IS 'old';

-- to
CREATE DOMAIN word AS text CONSTRAINT short CHECK (length(VALUE) < 8);
COMMENT ON CONSTRAINT short ON DOMAIN word IS 'short';

-- plan
-- changes domain word
-- hazard add-check:word.short: fails if a value of this type breaks it

BEGIN;

COMMENT ON CONSTRAINT old ON DOMAIN public.word IS NULL;
ALTER DOMAIN public.word DROP CONSTRAINT short;
ALTER DOMAIN public.word DROP CONSTRAINT old;
ALTER DOMAIN public.word ADD CONSTRAINT short CHECK ((length(VALUE) < 8));
COMMENT ON CONSTRAINT short ON DOMAIN public.word IS 'short';

COMMIT;
