-- Each property of unique constraints.
-- since: 15

-- from
CREATE TABLE t (a integer, b integer, CONSTRAINT u1 UNIQUE (a), CONSTRAINT u2 UNIQUE (b), CONSTRAINT u3 UNIQUE (a, b));

-- to
CREATE TABLE t (a integer, b integer,
    CONSTRAINT u1 UNIQUE NULLS NOT DISTINCT (a),
    CONSTRAINT u2 UNIQUE (b) INCLUDE (a),
    CONSTRAINT u3 UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);

-- plan
ALTER TABLE "public"."t" DROP CONSTRAINT "u3";

ALTER TABLE "public"."t" DROP CONSTRAINT "u2";

ALTER TABLE "public"."t" DROP CONSTRAINT "u1";
-- hazard add-unique:t.u1: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "u1" UNIQUE NULLS NOT DISTINCT (a);

-- hazard add-unique:t.u2: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "u2" UNIQUE (b) INCLUDE (a);

-- hazard add-unique:t.u3: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "u3" UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED;
