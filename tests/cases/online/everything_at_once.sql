-- Many changes of tables in use share their files.
-- allow: drop-column:r.x

-- from
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer, n integer, x integer, CONSTRAINT old CHECK (n > 0));
CREATE INDEX gone ON r (n);

-- to
CREATE TABLE t (id integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t, n integer NOT NULL, CONSTRAINT r_n_check CHECK (n < 9), CONSTRAINT r_n_t_key UNIQUE (n, t), y uuid DEFAULT gen_random_uuid());
CREATE INDEX added ON r (t);

-- rows
INSERT INTO t VALUES (1); INSERT INTO r VALUES (1, 1, 1), (1, 2, 1);

-- then
SELECT t, n, y IS NOT NULL FROM r ORDER BY n;
-- 1 | 1 | t
-- 1 | 2 | t

-- plan
-- file 1 of 7, in a transaction: creates column r.y, constraint r_n_check on r, foreign key r_t_fkey on r; changes column r.n
-- hazard required-column:r.n: a program that does not write it fails from here on

BEGIN;

ALTER TABLE public.r ADD CONSTRAINT feedstock_new_n_not_null CHECK (n IS NOT NULL) NOT VALID;

ALTER TABLE public.r ADD COLUMN y uuid;
ALTER TABLE public.r ALTER COLUMN y SET DEFAULT gen_random_uuid();

ALTER TABLE public.r ADD CONSTRAINT r_n_check CHECK ((n < 9)) NOT VALID;

ALTER TABLE public.r ADD CONSTRAINT r_t_fkey FOREIGN KEY (t) REFERENCES public.t(id) NOT VALID;

COMMIT;

-- file 2 of 7, outside a transaction, in batches: fills column r.y

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
                UPDATE public.r SET y = gen_random_uuid()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.r
                    WHERE y IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING y IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for r.y is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.r');
        END LOOP;
        EXIT WHEN NOT EXISTS (SELECT FROM public.r WHERE y IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of r that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;

-- file 3 of 7, outside a transaction: creates constraint r_n_t_key on r
-- hazard add-unique:r.r_n_t_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY r_n_t_key ON public.r USING btree (n, t);

-- file 4 of 7, outside a transaction: creates index added

CREATE INDEX CONCURRENTLY added ON public.r USING btree (t);

-- file 5 of 7, in a transaction: validates column r.n, constraint r_n_check on r, foreign key r_t_fkey on r
-- hazard set-not-null:r.n: fails if a row has NULL; to fill such rows: --fill r.n='…'
-- hazard long-validation:r: reads every row; nobody waits for it, and it may take its time
-- hazard add-check:r.r_n_check: fails if a row breaks it
-- hazard add-foreign-key:r.r_t_fkey: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.r VALIDATE CONSTRAINT feedstock_new_n_not_null,
    VALIDATE CONSTRAINT r_n_check,
    VALIDATE CONSTRAINT r_t_fkey;

COMMIT;

-- file 6 of 7, outside a transaction: drops index gone
-- hazard drop-index:gone: queries that used it become slow

DROP INDEX CONCURRENTLY public.gone;

-- file 7 of 7, in a transaction: creates constraint r_n_t_key on r; changes column r.n; drops constraint old on r, column r.x
-- hazard drop-column:r.x: the column and its values are lost

BEGIN;

ALTER TABLE public.r DROP CONSTRAINT old;

ALTER TABLE public.r ALTER COLUMN n SET NOT NULL;
ALTER TABLE public.r DROP CONSTRAINT feedstock_new_n_not_null;

ALTER TABLE public.r ADD CONSTRAINT r_n_t_key UNIQUE USING INDEX r_n_t_key;

ALTER TABLE public.r DROP COLUMN x;

COMMIT;
