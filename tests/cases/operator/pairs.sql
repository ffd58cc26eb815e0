-- Operators that name each other.

-- from
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION more(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION not_less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';

-- to
CREATE FUNCTION less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION more(text, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION not_less(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR <# (FUNCTION = less, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = #>, NEGATOR = !<#);
CREATE OPERATOR #> (FUNCTION = more, LEFTARG = text, RIGHTARG = integer, COMMUTATOR = <#);
CREATE OPERATOR !<# (FUNCTION = not_less, LEFTARG = integer, RIGHTARG = text, NEGATOR = <#);

-- plan
-- creates operator public.!<#(integer, text), operator public.#>(text, integer), operator public.<#(integer, text)

BEGIN;

CREATE OPERATOR public.!<# (FUNCTION = public.not_less, LEFTARG = integer, RIGHTARG = text, NEGATOR = OPERATOR(public.<#));

CREATE OPERATOR public.#> (FUNCTION = public.more, LEFTARG = text, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.<#));

CREATE OPERATOR public.<# (FUNCTION = public.less, LEFTARG = integer, RIGHTARG = text, COMMUTATOR = OPERATOR(public.#>), NEGATOR = OPERATOR(public.!<#));

COMMIT;
