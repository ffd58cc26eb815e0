-- What an exclusion constraint excludes, with which method, and when.

-- from
CREATE TABLE t (a int4range, b integer, CONSTRAINT x EXCLUDE USING gist (a WITH &&), CONSTRAINT y EXCLUDE USING btree (b WITH =));

-- to
CREATE TABLE t (a int4range, b integer, CONSTRAINT x EXCLUDE USING gist (a WITH &&) WHERE (b > 0), CONSTRAINT y EXCLUDE USING hash (b WITH =) DEFERRABLE INITIALLY DEFERRED);

-- plan
-- creates constraint x on t, constraint y on t; drops constraint y on t, constraint x on t
-- hazard add-unique:t.x: fails if two rows are alike
-- hazard no-online-way:t.x: others wait for the table while the index is built
-- hazard add-unique:t.y: fails if two rows are alike
-- hazard no-online-way:t.y: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT y;

ALTER TABLE public.t DROP CONSTRAINT x;
ALTER TABLE public.t ADD CONSTRAINT x EXCLUDE USING gist (a WITH &&) WHERE ((b > 0));

ALTER TABLE public.t ADD CONSTRAINT y EXCLUDE USING hash (b WITH =) DEFERRABLE INITIALLY DEFERRED;

COMMIT;
