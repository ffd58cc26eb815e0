-- A column that must have a value: a parent's own rows and its child's are filled one after the other.

-- fill: a.b = id + 1

-- from
CREATE TABLE a (id integer);
CREATE TABLE c () INHERITS (a);

-- to
CREATE TABLE a (id integer, b integer NOT NULL);
CREATE TABLE c () INHERITS (a);

-- rows
INSERT INTO a VALUES (1);
INSERT INTO c VALUES (2);

-- then
SELECT id, b FROM a ORDER BY id;
-- 1 | 2
-- 2 | 3

-- plan
-- file 1 of 8, in a transaction: creates column a.b

BEGIN;

ALTER TABLE public.a ADD COLUMN b integer;

COMMIT;

-- file 2 of 8, outside a transaction, in batches: fills column a.b

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
            UPDATE ONLY public.a SET b = id + 1
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM ONLY public.a
                WHERE b IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING b IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for a.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.a');
    END LOOP;
END
$feedstock$;

-- file 3 of 8, outside a transaction, in batches: fills column c.b

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
            UPDATE public.c AS a SET b = id + 1
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.c
                WHERE b IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING b IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for c.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.c');
    END LOOP;
END
$feedstock$;

-- file 4 of 8, in a transaction: creates column a.b
-- hazard required-column:a.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.a ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

COMMIT;

-- file 5 of 8, outside a transaction, in batches: fills column a.b

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
                UPDATE ONLY public.a SET b = id + 1
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM ONLY public.a
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for a.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.a');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM ONLY public.a WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of a that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 6 of 8, outside a transaction, in batches: fills column c.b

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
                UPDATE public.c AS a SET b = id + 1
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.c
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for c.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.c');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.c WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of c that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 7 of 8, in a transaction: validates column a.b
-- hazard long-validation:a: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.a VALIDATE CONSTRAINT feedstock_new_b_not_null;

COMMIT;

-- file 8 of 8, in a transaction: creates column a.b

BEGIN;

ALTER TABLE public.a ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.a DROP CONSTRAINT feedstock_new_b_not_null;

COMMIT;
