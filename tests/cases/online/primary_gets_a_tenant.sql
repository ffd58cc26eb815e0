-- The primary key gets a new column, and foreign keys move to a unique constraint: they hold until then.
-- fill: t.tenant = region || '-1'

-- from
CREATE TABLE t (id integer PRIMARY KEY, region text);
CREATE TABLE r (t integer NOT NULL REFERENCES t);

-- to
CREATE TABLE t (id integer NOT NULL UNIQUE, region text, tenant text NOT NULL, PRIMARY KEY (tenant, id));
CREATE TABLE r (t integer NOT NULL REFERENCES t (id));

-- rows
INSERT INTO t VALUES (1, 'eu'), (2, 'us'); INSERT INTO r VALUES (1);

-- then
SELECT id, tenant FROM t ORDER BY id;
-- 1 | eu-1
-- 2 | us-1

-- plan
-- file 1 of 9, in a transaction: creates column t.tenant

BEGIN;

ALTER TABLE public.t ADD COLUMN tenant text;

COMMIT;

-- file 2 of 9, outside a transaction, in batches: fills column t.tenant

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
            UPDATE public.t SET tenant = region || '-1'
            WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM public.t
                WHERE tenant IS NULL
                    AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                    AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                FOR NO KEY UPDATE SKIP LOCKED))
            RETURNING tenant IS NULL AS feedstock_null
        )
        SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
        INTO feedstock_batch, feedstock_null FROM feedstock_rows;
        IF feedstock_null THEN
            RAISE EXCEPTION 'the value for t.tenant is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
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

-- file 3 of 9, outside a transaction: creates constraint t_id_key on t
-- hazard add-unique:t.t_id_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_id_key ON public.t USING btree (id);

-- file 4 of 9, outside a transaction: creates constraint t_pkey on t
-- hazard add-unique:t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY feedstock_new_t_pkey ON public.t USING btree (tenant, id);

-- file 5 of 9, in a transaction: creates column t.tenant, constraint t_id_key on t
-- hazard required-column:t.tenant: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_tenant_not_null CHECK (tenant IS NOT NULL) NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT t_id_key UNIQUE USING INDEX t_id_key;

COMMIT;

-- file 6 of 9, outside a transaction, in batches: fills column t.tenant

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
                UPDATE public.t SET tenant = region || '-1'
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE tenant IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING tenant IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.tenant is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE tenant IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 7 of 9, in a transaction: validates column t.tenant
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_tenant_not_null;

COMMIT;

-- file 8 of 9, in a transaction: creates column t.tenant, constraint t_pkey on t, foreign key r_t_fkey on r; drops foreign key r_t_fkey on r
-- hazard unindexed-foreign-key:r.r_t_fkey: no index begins with t: whoever deletes a row of t waits until all of r is read

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT r_t_fkey;

ALTER TABLE public.t ALTER COLUMN tenant SET NOT NULL;
ALTER TABLE public.t DROP CONSTRAINT feedstock_new_tenant_not_null;

ALTER TABLE public.t DROP CONSTRAINT t_pkey;
ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX feedstock_new_t_pkey;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 9 of 9, in a transaction: validates foreign key r_t_fkey on r
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT r_t_fkey;

COMMIT;
