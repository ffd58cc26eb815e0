-- Defaults that call functions of our own: what they promise decides.

-- from
CREATE TABLE t (a integer);

-- to
CREATE FUNCTION same() RETURNS integer STABLE LANGUAGE sql AS $$SELECT 1$$;
CREATE FUNCTION other() RETURNS double precision LANGUAGE sql AS $$SELECT random()$$;
CREATE TABLE t (a integer, b integer DEFAULT same(), c double precision DEFAULT other());

-- rows
INSERT INTO t SELECT generate_series(1, 9);

-- then
SELECT count(DISTINCT b), count(DISTINCT c) FROM t;
-- 1 | 9

-- plan
-- file 1 of 2, in a transaction: creates function public.other(), function public.same(), column t.b, column t.c
-- hazard null-default:t.c: its rows get the default in batches, which fails if it is NULL for one; if it may be: --offline-ok

BEGIN;

SET check_function_bodies = off;

CREATE OR REPLACE FUNCTION public.other()
 RETURNS double precision
 LANGUAGE sql
AS $function$SELECT random()$function$;

CREATE OR REPLACE FUNCTION public.same()
 RETURNS integer
 LANGUAGE sql
 STABLE
AS $function$SELECT 1$function$;

ALTER TABLE public.t ADD COLUMN b integer DEFAULT public.same();

ALTER TABLE public.t ADD COLUMN c double precision;
ALTER TABLE public.t ALTER COLUMN c SET DEFAULT public.other();

COMMIT;

-- file 2 of 2, outside a transaction, in batches: fills column t.c

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
                UPDATE public.t SET c = public.other()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE c IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING c IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.c is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE c IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;
