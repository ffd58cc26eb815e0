-- An exclusion constraint comes, and another changes.

-- from
CREATE TABLE t (during int4range, room int4range, CONSTRAINT r EXCLUDE USING gist (room WITH &&));

-- to
CREATE TABLE t (during int4range, room int4range, CONSTRAINT r EXCLUDE USING gist (room WITH =),
    CONSTRAINT d EXCLUDE USING gist (during WITH &&) WHERE (NOT isempty(during)));

-- plan
-- creates constraint d on t, constraint r on t; drops constraint r on t
-- hazard add-unique:t.d: fails if two rows are alike
-- hazard no-online-way:t.d: others wait for the table while the index is built
-- hazard add-unique:t.r: fails if two rows are alike
-- hazard no-online-way:t.r: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT r;

ALTER TABLE public.t ADD CONSTRAINT d EXCLUDE USING gist (during WITH &&) WHERE ((NOT isempty(during)));

ALTER TABLE public.t ADD CONSTRAINT r EXCLUDE USING gist (room WITH =);

COMMIT;
