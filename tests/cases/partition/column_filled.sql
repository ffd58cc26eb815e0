-- A column that must have a value: each partition is filled by itself, by the table's own name.

-- fill: t.b = t.id * 10

-- from
CREATE TABLE t (id integer, kind text) PARTITION BY LIST (kind);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE "T 2" PARTITION OF t DEFAULT PARTITION BY HASH (id);
CREATE TABLE t_2_0 PARTITION OF "T 2" FOR VALUES WITH (MODULUS 1, REMAINDER 0);

-- to
CREATE TABLE t (id integer, kind text, b integer NOT NULL) PARTITION BY LIST (kind);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN ('a');
CREATE TABLE "T 2" PARTITION OF t DEFAULT PARTITION BY HASH (id);
CREATE TABLE t_2_0 PARTITION OF "T 2" FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE INDEX t_b ON t (b);

-- rows
INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, NULL);

-- then
SELECT id, b FROM t ORDER BY id;
-- 1 | 10
-- 2 | 20
-- 3 | 30

-- plan
-- file 1 of 10, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer;

COMMIT;

-- file 2 of 10, outside a transaction, in batches: fills column t_1.b

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
            UPDATE public.t_1 AS t SET b = t.id * 10
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.t_1
                WHERE b IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING b IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for t_1.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t_1');
    END LOOP;
END
$feedstock$;

-- file 3 of 10, outside a transaction, in batches: fills column t_2_0.b

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
            UPDATE public.t_2_0 AS t SET b = t.id * 10
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.t_2_0
                WHERE b IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING b IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for t_2_0.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t_2_0');
    END LOOP;
END
$feedstock$;

-- file 4 of 10, outside a transaction: creates index t_1_b_idx

CREATE INDEX CONCURRENTLY t_1_b_idx ON public.t_1 USING btree (b);

-- file 5 of 10, outside a transaction: creates index t_2_0_b_idx

CREATE INDEX CONCURRENTLY t_2_0_b_idx ON public.t_2_0 USING btree (b);

-- file 6 of 10, in a transaction: creates column t.b, index T 2_b_idx, index t_b
-- hazard required-column:t.b: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_b_not_null CHECK (b IS NOT NULL) NOT VALID;

LOCK TABLE ONLY public.t IN SHARE MODE;

CREATE INDEX "T 2_b_idx" ON public."T 2" USING btree (b);

CREATE INDEX t_b ON public.t USING btree (b);

COMMIT;

-- file 7 of 10, outside a transaction, in batches: fills column t_1.b

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
                UPDATE public.t_1 AS t SET b = t.id * 10
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t_1
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t_1.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t_1');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t_1 WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t_1 that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 8 of 10, outside a transaction, in batches: fills column t_2_0.b

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
                UPDATE public.t_2_0 AS t SET b = t.id * 10
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t_2_0
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t_2_0.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t_2_0');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t_2_0 WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t_2_0 that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 9 of 10, in a transaction: validates column t.b
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_b_not_null;

COMMIT;

-- file 10 of 10, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ALTER COLUMN b SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_b_not_null;

COMMIT;
