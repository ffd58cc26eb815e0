-- A table that others inherit from is published alone, or with them.

-- from
CREATE TABLE base (id integer PRIMARY KEY);
CREATE TABLE child () INHERITS (base);
CREATE PUBLICATION p FOR TABLE ONLY base;

-- to
CREATE TABLE base (id integer PRIMARY KEY);
CREATE TABLE child () INHERITS (base);
CREATE PUBLICATION p FOR TABLE base;

-- plan
-- creates publication p on child

BEGIN;

ALTER PUBLICATION p ADD TABLE ONLY public.child;

COMMIT;
