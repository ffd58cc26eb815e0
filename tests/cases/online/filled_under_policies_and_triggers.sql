-- What policies hide from the owner makes it fail, and is not passed over; what fires is said.

-- from
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id integer, m integer);
CREATE TRIGGER every BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER of_m BEFORE UPDATE OF m ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER of_insert BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- to
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE t (id integer, m integer, u uuid DEFAULT gen_random_uuid());
CREATE TRIGGER every BEFORE INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER of_m BEFORE UPDATE OF m ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER of_insert BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;

-- rows
INSERT INTO t VALUES (1, 1);

-- then
SELECT u IS NOT NULL FROM t;
-- t

-- plan
-- file 1 of 2, in a transaction: creates column t.u

BEGIN;

ALTER TABLE public.t ADD COLUMN u uuid;
ALTER TABLE public.t ALTER COLUMN u SET DEFAULT gen_random_uuid();

COMMIT;

-- file 2 of 2, outside a transaction, in batches: fills column t.u
-- hazard row-security:t: row security is forced on it: fails unless the role that applies it has BYPASSRLS
-- hazard fires-trigger:t.every: runs for every row that gets a value; one that keeps a row as it is makes this fail

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
            PERFORM set_config('row_security', 'off', true);
            WITH feedstock_rows AS (
                UPDATE public.t SET u = gen_random_uuid()
                WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM public.t
                    WHERE u IS NULL
                        AND ctid >= format('(%s,0)', feedstock_fill.feedstock_page)::tid
                        AND ctid < format('(%s,0)', feedstock_fill.feedstock_page + feedstock_fill.feedstock_pages)::tid
                    FOR NO KEY UPDATE SKIP LOCKED))
                RETURNING u IS NULL AS feedstock_null
            )
            SELECT count(*), coalesce(bool_or(feedstock_rows.feedstock_null), false)
            INTO feedstock_batch, feedstock_null FROM feedstock_rows;
            IF feedstock_null THEN
                RAISE EXCEPTION 'the value for t.u is NULL for a row' USING ERRCODE = 'null_value_not_allowed';
            END IF;
            COMMIT;
            feedstock_filled := feedstock_filled + feedstock_batch;
            feedstock_page := feedstock_page + feedstock_pages;
            feedstock_pages := CASE WHEN clock_timestamp() - feedstock_begun > interval '100 ms'
                THEN greatest(feedstock_pages / 2, 1) ELSE least(feedstock_pages * 2, 64) END;
            EXIT WHEN feedstock_page * current_setting('block_size')::bigint >= pg_relation_size('public.t');
        END LOOP;
        PERFORM set_config('row_security', 'off', true);
        EXIT WHEN NOT EXISTS (SELECT FROM public.t WHERE u IS NULL);
        COMMIT;
        feedstock_idle := CASE feedstock_filled WHEN 0 THEN feedstock_idle + 1 ELSE 0 END;
        IF feedstock_idle > 10 THEN
            RAISE EXCEPTION 'rows of t that need a value are locked by others' USING ERRCODE = 'lock_not_available';
        END IF;
        PERFORM pg_sleep(0.05 * feedstock_idle);
    END LOOP;
END
$feedstock$;
