-- A default that differs by row rewrites the table.

-- measured

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20), at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX images_size ON images (size);

-- plan
-- file 1 of 5, in a transaction: creates column images.at
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD COLUMN at timestamp with time zone;
ALTER TABLE public.images ALTER COLUMN at SET DEFAULT clock_timestamp();

COMMIT;

-- file 2 of 5, outside a transaction, in batches: fills column images.at
-- lock: RowExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

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
                UPDATE public.images SET at = clock_timestamp()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.images
                    WHERE at IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING at IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for images.at is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.images');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.images WHERE at IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of images that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 3 of 5, in a transaction: creates column images.at
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ADD CONSTRAINT feedstock_new_at_not_null CHECK (at IS NOT NULL) NOT VALID;

COMMIT;

-- file 4 of 5, in a transaction: validates column images.at
-- hazard long-validation:images: reads every row; nobody waits for it, and it may take its time
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)
-- scans: images

BEGIN;

ALTER TABLE public.images VALIDATE CONSTRAINT feedstock_new_at_not_null;

COMMIT;

-- file 5 of 5, in a transaction: creates column images.at
-- lock: AccessExclusiveLock on images (blocks reads and writes)

BEGIN;

ALTER TABLE public.images ALTER COLUMN at SET NOT NULL;
ALTER TABLE public.images DROP CONSTRAINT feedstock_new_at_not_null;

COMMIT;
