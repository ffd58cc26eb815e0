-- Bounds that leave the last number out: it is raised to the new lowest one, and an unused sequence begins at its new start.

-- from
CREATE SEQUENCE raised MINVALUE 1 MAXVALUE 100 START 5;
CREATE SEQUENCE beyond MINVALUE 1 MAXVALUE 10;
CREATE SEQUENCE unused MINVALUE 1 MAXVALUE 100 START 50;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY);

-- to
CREATE SEQUENCE raised MINVALUE 50 MAXVALUE 1000 START 60;
CREATE SEQUENCE beyond MINVALUE 20 MAXVALUE 30 START 25;
CREATE SEQUENCE unused MINVALUE 1 MAXVALUE 10 START 3;
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY (MINVALUE 100 START 200));

-- rows
SELECT setval('raised', 7), setval('beyond', 8);
INSERT INTO t DEFAULT VALUES;

-- then
SELECT nextval('raised') AS r, nextval('beyond') AS b, nextval('unused') AS u;
-- 50 | 20 | 3

-- plan
