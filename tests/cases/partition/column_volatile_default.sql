-- A default that is another one for each row: each partition is filled by itself.

-- from
CREATE TABLE t (id integer) PARTITION BY LIST (id);
CREATE TABLE a_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer, b uuid DEFAULT gen_random_uuid() NOT NULL) PARTITION BY LIST (id);
CREATE TABLE a_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
ALTER TABLE a_1 ALTER b DROP DEFAULT;

-- rows
INSERT INTO t VALUES (1), (1), (2);

-- then
SELECT count(DISTINCT b) FROM t;
-- 3

-- plan
-- file 1 of 6, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b uuid;
ALTER TABLE public.t ALTER COLUMN b SET DEFAULT gen_random_uuid();

COMMIT;

-- file 2 of 6, outside a transaction, in batches: fills column a_1.b

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
                UPDATE public.a_1 AS t SET b = gen_random_uuid()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.a_1
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for a_1.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.a_1');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.a_1 WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of a_1 that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 3 of 6, outside a transaction, in batches: fills column t_2.b

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
                UPDATE public.t_2 AS t SET b = gen_random_uuid()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t_2
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t_2.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t_2');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t_2 WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t_2 that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 4 of 6, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

COMMIT;

-- file 5 of 6, in a transaction: validates column t.b
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_b_not_null;

COMMIT;

-- file 6 of 6, in a transaction: creates column t.b; changes column a_1.b
-- hazard required-column:a_1.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.a_1 ALTER COLUMN b DROP DEFAULT;

ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_b_not_null;

COMMIT;
