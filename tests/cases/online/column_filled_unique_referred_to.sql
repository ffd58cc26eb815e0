-- A new column is filled and unique, and another table comes to refer to it.
-- fill: t.code = 'c' || id

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (code text);

-- to
CREATE TABLE t (id integer PRIMARY KEY, code text NOT NULL UNIQUE);
CREATE TABLE r (code text REFERENCES t (code));

-- rows
INSERT INTO t VALUES (1), (2); INSERT INTO r VALUES ('c1');

-- then
SELECT code FROM t ORDER BY id;
-- c1
-- c2

-- plan
-- file 1 of 9, in a transaction: creates column t.code

BEGIN;

ALTER TABLE public.t ADD COLUMN code text;

COMMIT;

-- file 2 of 9, outside a transaction, in batches: fills column t.code

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
            UPDATE public.t SET code = 'c' || id
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.t
                WHERE code IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING code IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for t.code is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
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

-- file 3 of 9, outside a transaction: creates constraint t_code_key on t
-- hazard add-unique:t.t_code_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_code_key ON public.t USING btree (code);

-- file 4 of 9, in a transaction: creates column t.code
-- hazard required-column:t.code: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_code_not_null CHECK (code IS NOT NULL) NOT VALID;

COMMIT;

-- file 5 of 9, outside a transaction, in batches: fills column t.code

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
                UPDATE public.t SET code = 'c' || id
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE code IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING code IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.code is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE code IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 6 of 9, in a transaction: validates column t.code
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_code_not_null;

COMMIT;

-- file 7 of 9, in a transaction: creates column t.code, constraint t_code_key on t

BEGIN;

ALTER TABLE public.t ALTER COLUMN code SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_code_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_code_key UNIQUE USING INDEX t_code_key;

COMMIT;

-- file 8 of 9, in a transaction: creates foreign key r_code_fkey on r
-- hazard unindexed-foreign-key:r.r_code_fkey: no index begins with code: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r ADD CONSTRAINT r_code_fkey FOREIGN KEY (code) REFERENCES public.t(code) NOT VALID;

COMMIT;

-- file 9 of 9, in a transaction: validates foreign key r_code_fkey on r
-- hazard add-foreign-key:r.r_code_fkey: fails if a row refers to nothing
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_code_fkey;

COMMIT;
