-- A table and its columns are renamed, one is converted, and another's rows get a value that is made from it.
-- fill: n.c2 = old_a::text || '!'
-- using: n.old_a = old_a::bigint * 10
-- renamed: table o -> n
-- renamed: column n.a -> n.old_a
-- renamed: column n.c -> n.c2

-- from
CREATE TABLE o (a integer, c varchar(3));

-- to
CREATE TABLE n (old_a bigint, c2 text NOT NULL);

-- rows
INSERT INTO o VALUES (1, NULL), (2, 'x');

-- then
SELECT old_a, c2 FROM n ORDER BY 1;
-- 10 | 10!
-- 20 | x

-- plan
-- file 1 of 6, in a transaction: renames table o, column n.a, column n.c; changes column n.c2, column n.old_a
-- hazard rename-table:o: a program that still uses the old name fails
-- hazard rename-column:n.a: a program that still uses the old name fails
-- hazard rename-column:n.c: a program that still uses the old name fails
-- hazard change-type:n.old_a: integer to bigint: a program that expects the old type may fail

BEGIN;

ALTER TABLE public.o RENAME TO n;

ALTER TABLE public.n RENAME COLUMN a TO old_a;

ALTER TABLE public.n RENAME COLUMN c TO c2;

ALTER TABLE public.n ALTER COLUMN c2 TYPE text,
    ALTER COLUMN old_a TYPE bigint USING old_a::bigint * 10;

COMMIT;

-- file 2 of 6, outside a transaction, in batches: fills column n.c2

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
            UPDATE public.n SET c2 = old_a::text || '!'
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.n
                WHERE c2 IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING c2 IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for n.c2 is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.n');
    END LOOP;
END
$feedstock$;

-- file 3 of 6, in a transaction: changes column n.c2
-- hazard required-column:n.c2: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.n ADD CONSTRAINT feedstock_new_c2_not_null CHECK (c2 IS NOT NULL) NOT VALID;

COMMIT;

-- file 4 of 6, outside a transaction, in batches: fills column n.c2

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
                UPDATE public.n SET c2 = old_a::text || '!'
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.n
                    WHERE c2 IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING c2 IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for n.c2 is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.n');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.n WHERE c2 IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of n that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 5 of 6, in a transaction: validates column n.c2; analyzes column n.c2, column n.old_a
-- hazard long-validation:n: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.n VALIDATE CONSTRAINT feedstock_new_c2_not_null;

ANALYZE public.n (c2, old_a);

COMMIT;

-- file 6 of 6, in a transaction: changes column n.c2

BEGIN;

ALTER TABLE public.n ALTER COLUMN c2 SET NOT NULL;
ALTER TABLE public.n DROP CONSTRAINT feedstock_new_c2_not_null;

COMMIT;
