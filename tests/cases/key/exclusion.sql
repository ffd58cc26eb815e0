-- An exclusion constraint comes, and another changes.

-- from
CREATE TABLE t (during int4range, room int4range, CONSTRAINT r EXCLUDE USING gist (room WITH &&));

-- to
CREATE TABLE t (during int4range, room int4range, CONSTRAINT r EXCLUDE USING gist (room WITH =),
    CONSTRAINT d EXCLUDE USING gist (during WITH &&) WHERE (NOT isempty(during)));

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "r";

-- hazard add-unique:t.d: fails if two rows are alike
-- hazard no-online-way:t.d: others wait for the table while the index is built
ALTER TABLE "public"."t" ADD CONSTRAINT "d" EXCLUDE USING gist (during WITH &&) WHERE ((NOT isempty(during)));

-- hazard add-unique:t.r: fails if two rows are alike
-- hazard no-online-way:t.r: others wait for the table while the index is built
ALTER TABLE "public"."t" ADD CONSTRAINT "r" EXCLUDE USING gist (room WITH =);
