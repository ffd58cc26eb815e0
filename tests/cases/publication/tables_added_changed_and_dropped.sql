-- A publication gets tables, loses some, and publishes other columns and rows of others; it is not made again.
-- since: 15
-- allow: drop-table:goes
-- one way: it makes a table that was dropped, and drops nothing

-- from
CREATE TABLE stays (id integer PRIMARY KEY, v text);
CREATE TABLE comes (id integer PRIMARY KEY);
CREATE TABLE leaves (id integer PRIMARY KEY);
CREATE TABLE goes (id integer PRIMARY KEY);
CREATE TABLE changes (id integer PRIMARY KEY, v integer, w integer);
CREATE PUBLICATION p FOR TABLE stays, leaves, goes, changes (id, v);

-- to
CREATE TABLE stays (id integer PRIMARY KEY, v text);
CREATE TABLE comes (id integer PRIMARY KEY);
CREATE TABLE leaves (id integer PRIMARY KEY);
CREATE TABLE changes (id integer PRIMARY KEY, v integer, w integer);
CREATE PUBLICATION p FOR TABLE stays, comes, changes (id, w) WHERE (id > 0);

-- plan
-- creates publication p on changes, publication p on comes; drops publication p on leaves, publication p on changes, table goes
-- hazard drop-publication:publication p on leaves: subscribers get no more changes of the table
-- hazard drop-table:goes: the table and its rows are lost

BEGIN;

ALTER PUBLICATION p DROP TABLE ONLY public.leaves;

ALTER PUBLICATION p DROP TABLE ONLY public.changes;
ALTER PUBLICATION p ADD TABLE ONLY public.changes (id, w) WHERE ((id > 0));

ALTER PUBLICATION p ADD TABLE ONLY public.comes;

DROP TABLE public.goes;

COMMIT;
