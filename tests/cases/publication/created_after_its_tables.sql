-- A publication of new tables comes with what it publishes: tables after they are made.
-- since: 15

-- from
CREATE TABLE old (id integer PRIMARY KEY, v text);

-- to
CREATE TABLE old (id integer PRIMARY KEY, v text);
CREATE TABLE a_new (id integer PRIMARY KEY, secret text, at date NOT NULL);
CREATE PUBLICATION p FOR TABLE old, a_new (id, at) WHERE (id > 10 AND at > '2026-01-01')
    WITH (publish = 'insert');
COMMENT ON PUBLICATION p IS 'for the warehouse';
CREATE PUBLICATION "Bare";

-- plan
-- creates publication "Bare", publication p, table a_new, publication p on a_new, publication p on old

BEGIN;

CREATE PUBLICATION "Bare";

CREATE PUBLICATION p WITH (publish = 'insert');
COMMENT ON PUBLICATION p IS 'for the warehouse';

CREATE TABLE public.a_new (
    id integer NOT NULL,
    secret text,
    at date NOT NULL,
    CONSTRAINT a_new_pkey PRIMARY KEY (id)
);

ALTER PUBLICATION p ADD TABLE ONLY public.a_new (id, at) WHERE (((id > 10) AND (at > '2026-01-01'::date)));

ALTER PUBLICATION p ADD TABLE ONLY public.old;

COMMIT;
