-- A table and one of its columns are renamed at once.
-- renamed: table person -> human
-- renamed: column human.nick -> human.name

-- from
CREATE TABLE person (nick text);

-- to
CREATE TABLE human (name text);

-- plan
-- hazard rename-table:person: a program that still uses the old name fails
ALTER TABLE "public"."person" RENAME TO "human";

-- hazard rename-column:human.nick: a program that still uses the old name fails
ALTER TABLE "public"."human" RENAME COLUMN "nick" TO "name";
