-- A child declares an inherited check as its own, too.
-- one way: what a table declares it keeps

-- from
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0));
CREATE TABLE b () INHERITS (a);

-- to
CREATE TABLE a (id integer, x text, CONSTRAINT p CHECK (id > 0));
CREATE TABLE b (CONSTRAINT p CHECK (id > 0)) INHERITS (a);

-- plan
ALTER TABLE "public"."b" ADD CONSTRAINT "p" CHECK ((id > 0));
