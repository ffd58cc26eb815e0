-- A table gets a serial column as its key.

-- from
CREATE TABLE t (a integer, b text);

-- to
CREATE TABLE t (a integer, b text, id bigserial PRIMARY KEY);

-- rows
INSERT INTO t SELECT n, 'x' FROM generate_series(1, 5) AS n;

-- then
INSERT INTO t (a) VALUES (6);
SELECT a, id FROM t ORDER BY a;
-- 1 | 1
-- 2 | 2
-- 3 | 3
-- 4 | 4
-- 5 | 5
-- 6 | 6

-- plan
-- file 1 of 6, in a transaction: creates sequence t_id_seq, column t.id; changes sequence t_id_seq

BEGIN;

CREATE SEQUENCE public.t_id_seq;

ALTER TABLE public.t ADD COLUMN id bigint;
ALTER TABLE public.t ALTER COLUMN id SET DEFAULT nextval('public.t_id_seq'::regclass);

ALTER SEQUENCE public.t_id_seq OWNED BY public.t.id;

COMMIT;

-- file 2 of 6, outside a transaction, in batches: fills column t.id

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
                UPDATE public.t SET id = nextval('public.t_id_seq'::regclass)
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE id IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING id IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.id is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE id IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 3 of 6, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON public.t USING btree (id);

-- file 4 of 6, in a transaction: creates column t.id

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_id_not_null CHECK (id IS NOT NULL) NOT VALID;

COMMIT;

-- file 5 of 6, in a transaction: validates column t.id
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_id_not_null;

COMMIT;

-- file 6 of 6, in a transaction: creates column t.id, constraint t_pkey on t

BEGIN;

ALTER TABLE public.t ALTER COLUMN id SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_id_not_null;

ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

COMMIT;
