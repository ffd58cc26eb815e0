-- Names that must be quoted, in every step.
-- fill: a"b.c d = "E"

-- from
CREATE TABLE "a""b" ("c d" integer, "E" integer);

-- to
CREATE TABLE "a""b" ("c d" integer NOT NULL, "E" integer, CONSTRAINT "x.y" UNIQUE ("E"));
CREATE INDEX "i""j" ON "a""b" ("c d");

-- rows
INSERT INTO "a""b" VALUES (NULL, 1);

-- then
SELECT "c d" FROM "a""b";
-- 1

-- plan
-- file 1 of 7, outside a transaction, in batches: fills column a"b.c d

DO $feedstock$
#variable_conflict use_column
<<feedstock_fill>>
DECLARE
    feedstock_page bigint;
    feedstock_pages bigint := 4;
    feedstock_begun timestamptz;
    feedstock_batch bigint;
    feedstock_null boolean;
    feedstock_filled bigint := 0;
BEGIN
    feedstock_page := 0;
    LOOP
        feedstock_begun := clock_timestamp();
        WITH feedstock_rows AS (
            UPDATE public."a""b" SET "c d" = "E"
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public."a""b"
                WHERE "c d" IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING "c d" IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for a"b.c d is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public."a""b"');
    END LOOP;
END
$feedstock$;

-- file 2 of 7, outside a transaction: creates constraint x.y on a"b
-- hazard add-unique:a"b.x.y: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY "x.y" ON public."a""b" USING btree ("E");

-- file 3 of 7, outside a transaction: creates index i"j

CREATE INDEX CONCURRENTLY "i""j" ON public."a""b" USING btree ("c d");

-- file 4 of 7, in a transaction: creates constraint x.y on a"b; changes column a"b.c d
-- hazard required-column:a"b.c d: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public."a""b" ADD CONSTRAINT "feedstock_new_c d_not_null" CHECK ("c d" IS NOT NULL) NOT VALID;

ALTER TABLE public."a""b" ADD CONSTRAINT "x.y" UNIQUE USING INDEX "x.y";

COMMIT;

-- file 5 of 7, outside a transaction, in batches: fills column a"b.c d

DO $feedstock$
#variable_conflict use_column
<<feedstock_fill>>
DECLARE
    feedstock_page bigint;
    feedstock_pages bigint := 4;
    feedstock_begun timestamptz;
    feedstock_batch bigint;
    feedstock_null boolean;
    feedstock_filled bigint := 0;
    feedstock_idle integer := 0;
BEGIN
    LOOP
        feedstock_filled := 0;
        feedstock_page := 0;
        LOOP
            feedstock_begun := clock_timestamp();
            WITH feedstock_rows AS (
                UPDATE public."a""b" SET "c d" = "E"
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public."a""b"
                    WHERE "c d" IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING "c d" IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for a"b.c d is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public."a""b"');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public."a""b" WHERE "c d" IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of a"b that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 6 of 7, in a transaction: validates column a"b.c d
-- hazard long-validation:a"b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public."a""b" VALIDATE CONSTRAINT "feedstock_new_c d_not_null";

COMMIT;

-- file 7 of 7, in a transaction: changes column a"b.c d

BEGIN;

ALTER TABLE public."a""b" ALTER COLUMN "c d" SET NOT NULL;
ALTER TABLE public."a""b" DROP CONSTRAINT "feedstock_new_c d_not_null";

COMMIT;
