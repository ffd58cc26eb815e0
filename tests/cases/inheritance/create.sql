-- Tables that inherit: from two, with a column of both, with one declared again, with another default.
-- until: 17

-- from

-- to
CREATE TABLE a (id integer NOT NULL DEFAULT 1, x text, CHECK (id > 0), CONSTRAINT here CHECK (id < 9) NO INHERIT);
CREATE TABLE b (id integer NOT NULL DEFAULT 1, y text);
CREATE TABLE c (own integer) INHERITS (a, b);
CREATE TABLE d (x text) INHERITS (a);
ALTER TABLE d ALTER id DROP DEFAULT, ALTER id DROP NOT NULL, ADD CHECK (x <> '');
CREATE TABLE e () INHERITS (d);

-- plan
-- creates table a, table b, table c, table d, table e

BEGIN;

CREATE TABLE public.a (
    id integer NOT NULL DEFAULT 1,
    x text,
    CONSTRAINT a_id_check CHECK ((id > 0)),
    CONSTRAINT here CHECK ((id < 9)) NO INHERIT
);

CREATE TABLE public.b (
    id integer NOT NULL DEFAULT 1,
    y text
);

CREATE TABLE public.c (
    own integer
) INHERITS (public.a, public.b);

CREATE TABLE public.d (
    x text,
    CONSTRAINT d_x_check CHECK ((x <> ''::text))
) INHERITS (public.a);
ALTER TABLE public.d ALTER COLUMN id DROP DEFAULT;
ALTER TABLE public.d ALTER COLUMN id DROP NOT NULL;

CREATE TABLE public.e () INHERITS (public.d);

COMMIT;
