-- An extension gets a newer version, and one is made in a version that is said.
-- until: 15
-- one way: no script makes an extension older

-- from
CREATE EXTENSION citext VERSION '1.4';
CREATE TABLE t (a citext);

-- to
CREATE EXTENSION citext;
CREATE EXTENSION pg_trgm VERSION '1.4';
CREATE TABLE t (a citext);

-- plan
-- creates extension pg_trgm; changes extension citext

BEGIN;

ALTER EXTENSION citext UPDATE TO '1.6';

CREATE EXTENSION pg_trgm WITH SCHEMA public VERSION '1.4';

COMMIT;
