-- The value is one that the old check forbids.
-- fill: t.n = 0

-- from
CREATE TABLE t (id integer, n integer CONSTRAINT k CHECK (n > 0));

-- to
CREATE TABLE t (id integer, n integer NOT NULL CONSTRAINT k CHECK (n >= 0));

-- rows
INSERT INTO t VALUES (1, NULL), (2, 5);

-- then
SELECT n FROM t ORDER BY id;
-- 0
-- 5

-- plan
-- file 1 of 6, in a transaction: drops constraint k on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT k;

COMMIT;

-- file 2 of 6, outside a transaction, in batches: fills column t.n

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
            UPDATE public.t SET n = 0
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.t
                WHERE n IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING n IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for t.n is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
    END LOOP;
END
$feedstock$;

-- file 3 of 6, in a transaction: creates constraint k on t; changes column t.n
-- hazard required-column:t.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT k CHECK ((n >= 0)) NOT VALID;

COMMIT;

-- file 4 of 6, outside a transaction, in batches: fills column t.n

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
                UPDATE public.t SET n = 0
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE n IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING n IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.n is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE n IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 5 of 6, in a transaction: validates column t.n, constraint k on t
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:t.k: fails if a row breaks it

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_n_not_null,
    VALIDATE CONSTRAINT k;

COMMIT;

-- file 6 of 6, in a transaction: changes column t.n

BEGIN;

ALTER TABLE public.t ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_n_not_null;

COMMIT;
