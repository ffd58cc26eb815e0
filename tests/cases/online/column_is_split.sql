-- Two columns that get their values from the same rows are filled in one pass.
-- allow: drop-column:people.name
-- fill: people.first = split_part(name, ' ', 1)
-- fill: people.last = split_part(name, ' ', 2)

-- from
CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL);

-- to
CREATE TABLE people (id integer PRIMARY KEY, first varchar(20) NOT NULL, last text NOT NULL);

-- rows
INSERT INTO people VALUES (1, 'Ada Lovelace'), (2, 'Alan Turing');

-- then
SELECT first, last FROM people ORDER BY id;
-- Ada | Lovelace
-- Alan | Turing

-- plan
-- file 1 of 6, in a transaction: creates column people.first, column people.last

BEGIN;

ALTER TABLE public.people ADD COLUMN first character varying(20);

ALTER TABLE public.people ADD COLUMN last text;

COMMIT;

-- file 2 of 6, outside a transaction, in batches: fills column people.first, column people.last

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
            UPDATE public.people SET first = CASE WHEN first IS NULL THEN (split_part(name, ' ', 1))::character varying ELSE first END,
                last = CASE WHEN last IS NULL THEN (split_part(name, ' ', 2))::text ELSE last END
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.people
                WHERE (first IS NULL OR last IS NULL)
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING first IS NULL OR last IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for people.first or people.last is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
        END IF;
        COMMIT;
        feedstock_filled := feedstock_filled + feedstock_batch;
        feedstock_page := feedstock_page + feedstock_pages;
        feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
            THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
        EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.people');
    END LOOP;
END
$feedstock$;

-- file 3 of 6, in a transaction: creates column people.first, column people.last
-- hazard required-column:people.first: a program that does not write it fails from here on
-- hazard required-column:people.last: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.people ADD CONSTRAINT feedstock_new_first_not_null CHECK (first IS NOT NULL) NOT VALID;

ALTER TABLE public.people ADD CONSTRAINT feedstock_new_last_not_null CHECK (last IS NOT NULL) NOT VALID;

COMMIT;

-- file 4 of 6, outside a transaction, in batches: fills column people.first, column people.last

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
                UPDATE public.people SET first = CASE WHEN first IS NULL THEN (split_part(name, ' ', 1))::character varying ELSE first END,
                    last = CASE WHEN last IS NULL THEN (split_part(name, ' ', 2))::text ELSE last END
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.people
                    WHERE (first IS NULL OR last IS NULL)
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING first IS NULL OR last IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for people.first or people.last is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.people');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.people WHERE first IS NULL OR last IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of people that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 5 of 6, in a transaction: validates column people.first, column people.last
-- hazard long-validation:people: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.people VALIDATE CONSTRAINT feedstock_new_first_not_null,
    VALIDATE CONSTRAINT feedstock_new_last_not_null;

COMMIT;

-- file 6 of 6, in a transaction: creates column people.first, column people.last; drops column people.name
-- hazard drop-column:people.name: the column and its values are lost

BEGIN;

ALTER TABLE public.people ALTER COLUMN first SET NOT NULL;
ALTER TABLE public.people DROP CONSTRAINT feedstock_new_first_not_null;

ALTER TABLE public.people ALTER COLUMN last SET NOT NULL;
ALTER TABLE public.people DROP CONSTRAINT feedstock_new_last_not_null;

ALTER TABLE public.people DROP COLUMN name;

COMMIT;
