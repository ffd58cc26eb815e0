-- An enum under a domain under a column loses a value.
-- allow: drop-enum-value:mood.ok

-- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN d AS mood;
CREATE TABLE t (a d);

-- to
CREATE TYPE mood AS ENUM ('sad');
CREATE DOMAIN d AS mood CHECK (VALUE = 'sad');
CREATE TABLE t (a d);

-- plan

