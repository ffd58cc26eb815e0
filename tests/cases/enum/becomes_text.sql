-- An enum column becomes text, and the type goes.
-- one way: needs an expression

-- from
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (mood mood NOT NULL DEFAULT 'sad');

-- to
CREATE TABLE t (mood text NOT NULL DEFAULT 'sad' CHECK (mood IN ('sad', 'glad')));

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "mood" DROP DEFAULT;
ALTER TABLE "public"."t" ALTER COLUMN "mood" TYPE text;
ALTER TABLE "public"."t" ALTER COLUMN "mood" SET DEFAULT 'sad'::text;

-- hazard add-check:t.t_mood_check: fails if a row breaks it
ALTER TABLE "public"."t" ADD CONSTRAINT "t_mood_check" CHECK ((mood = ANY (ARRAY['sad'::text, 'glad'::text])));

DROP TYPE "public"."mood";
