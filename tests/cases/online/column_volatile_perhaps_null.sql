-- A volatile default that says that it may be NULL, and one of which only its function knows, on columns that allow it.

-- from
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$BEGIN RETURN 1; END$$;
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);

-- to
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql VOLATILE AS $$BEGIN RETURN 1; END$$;
CREATE TABLE t (a integer, b integer DEFAULT nullif(floor(random())::integer, 0));
CREATE TABLE u (a integer, b integer DEFAULT f());

-- rows
INSERT INTO t SELECT generate_series(1, 9);
INSERT INTO u SELECT generate_series(1, 9);

-- then
SELECT count(b) FROM t;
-- 0
SELECT count(b) FROM u;
-- 9

-- plan
-- file 1 of 3, in a transaction: creates column t.b

BEGIN;

ALTER TABLE public.t ADD COLUMN b integer DEFAULT NULLIF((floor(random()))::integer, 0);

COMMIT;

-- file 2 of 3, in a transaction: creates column u.b
-- hazard null-default:u.b: its rows get the default in batches, which fails if it is NULL for one; if it may be: --offline-ok

BEGIN;

ALTER TABLE public.u ADD COLUMN b integer;
ALTER TABLE public.u ALTER COLUMN b SET DEFAULT public.f();

COMMIT;

-- file 3 of 3, outside a transaction, in batches: fills column u.b

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
                UPDATE public.u SET b = public.f()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.u
                    WHERE b IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING b IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for u.b is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.u');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.u WHERE b IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of u that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;
