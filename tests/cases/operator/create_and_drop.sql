-- An operator comes, another goes.

-- from
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION more(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION not_less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR << (FUNCTION = less, LEFTARG = integer, RIGHTARG = text);

-- to
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION more(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION not_less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR >> (FUNCTION = more, LEFTARG = text, RIGHTARG = integer, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR >> (text, integer) IS 'more';

-- plan
-- creates operator public.>>(text, integer); drops operator public.<<(integer, text)

BEGIN;

CREATE OPERATOR public.>> (FUNCTION = public.more, LEFTARG = text, RIGHTARG = integer, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR public.>>(text, integer) IS 'more';

DROP OPERATOR public.<<(integer, text);

COMMIT;
