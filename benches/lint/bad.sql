-- Migrations that hurt, as they are written in the field. `-- N: what happens [the rules of which one must be found]`.

-- 1: an index is built while nobody can write [scan-under-lock]
CREATE INDEX orders_state ON orders (state);

-- 2: the same in a block [scan-under-lock]
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'orders_coupon') THEN
        CREATE INDEX orders_coupon ON orders (coupon);
    END IF;
END $$;

-- 3: the same by a function, with a name put together [scan-under-lock]
CREATE FUNCTION add_index(t text, c text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX %I ON %I (%I)', t || '_' || c, t, c);
END $$;
SELECT add_index('users', 'seen_at');
DROP FUNCTION add_index(text, text);

-- 4: a unique index is built while nobody can write [scan-under-lock]
CREATE UNIQUE INDEX products_sku ON products (sku);

-- 5: a unique constraint builds its index under a lock [scan-under-lock]
ALTER TABLE products ADD CONSTRAINT products_sku_key UNIQUE (sku);

-- 6: a foreign key reads the table under a lock [scan-under-lock]
ALTER TABLE order_items ADD CONSTRAINT order_items_order FOREIGN KEY (order_id) REFERENCES orders (id);

-- 7: a check reads the table while nobody can read or write it [scan-under-lock]
ALTER TABLE products ADD CONSTRAINT products_price CHECK (price >= 0);

-- 8: NOT NULL reads the table while nobody can read or write it [scan-under-lock]
ALTER TABLE users ALTER COLUMN name SET NOT NULL;

-- 9: the same over all tables of a list [scan-under-lock]
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['users', 'products'] LOOP
        EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (id > 0)', t, t || '_id_positive');
    END LOOP;
END $$;

-- 10: added without a check, and validated in the same transaction [scan-under-lock, block-reads, block-writes]
ALTER TABLE order_items ADD CONSTRAINT order_items_product FOREIGN KEY (product_id) REFERENCES products (id) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_product;

-- 11: a primary key is replaced [scan-under-lock, drop-unique]
ALTER TABLE archive DROP CONSTRAINT archive_pkey, ADD PRIMARY KEY (id, body);

-- 12: an exclusion constraint builds its index under a lock [scan-under-lock, no-online-way]
ALTER TABLE orders ADD CONSTRAINT orders_period EXCLUDE USING gist (period WITH &&);

-- 13: a type change rewrites the table [rewrite-table]
ALTER TABLE users ALTER COLUMN age TYPE bigint;

-- 14: the same in a block [rewrite-table]
DO $$ BEGIN EXECUTE 'ALTER TABLE orders ALTER total TYPE double precision'; END $$;

-- 15: timestamp to timestamptz rewrites where the session is not in UTC [rewrite-table]
ALTER TABLE orders ALTER COLUMN shipped_at TYPE timestamptz USING shipped_at AT TIME ZONE 'UTC';

-- 16: a volatile default rewrites the table [rewrite-table]
ALTER TABLE users ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();

-- 17: a stored generated column rewrites the table [rewrite-table]
ALTER TABLE products ADD COLUMN title_lower text GENERATED ALWAYS AS (lower(title)) STORED;

-- 18: an identity is added to a table with rows [rewrite-table]
ALTER TABLE sessions ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;

-- 19: a table becomes unlogged [rewrite-table, unlogged]
ALTER TABLE archive SET UNLOGGED;

-- 20: serial on a table with rows [rewrite-table]
ALTER TABLE sessions ADD COLUMN number bigserial;

-- 21: the table is sorted again [rewrite-table]
CLUSTER orders USING orders_placed_at;

-- 22: all space is given back, under a lock [rewrite-table, not-in-a-transaction]
-- feedstock: no-transaction
VACUUM FULL orders;

-- 23: indexes are rebuilt under a lock [scan-under-lock]
REINDEX TABLE orders;

-- 24: an index is dropped under a lock [drop-index-under-lock]
DROP INDEX orders_placed_at;

-- 25: a partition is attached whose rows are read [scan-under-lock]
ALTER TABLE events ATTACH PARTITION events_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

-- 26: a domain gets a check that reads every table that uses it [scan-under-lock]
ALTER DOMAIN email_address ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');

-- 27: a materialized view is refreshed while nobody can read it [rebuild-view]
REFRESH MATERIALIZED VIEW sales;

-- 28: a strong lock is held while another table is filled [backfill-with-ddl, block-reads]
ALTER TABLE users ADD COLUMN orders_count integer;
UPDATE users SET orders_count = (SELECT count(*) FROM orders WHERE orders.user_id = users.id);

-- 29: one transaction locks two tables one after the other [block-reads]
ALTER TABLE users ADD COLUMN vip boolean;
ALTER TABLE orders ADD COLUMN gift boolean;

-- 30: a table is locked by hand [strong-lock]
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;
SELECT count(*) FROM orders;

-- 31: all rows are updated in one transaction [change-all-rows]
UPDATE users SET locale = lower(locale);

-- 32: the same in a block [change-all-rows]
DO $$ BEGIN
    UPDATE products SET tags = '{}' WHERE true;
END $$;

-- 33: all rows are deleted [change-all-rows]
DELETE FROM sessions;

-- 34: a function deletes them [change-all-rows]
CREATE FUNCTION forget() RETURNS void LANGUAGE sql AS 'DELETE FROM archive WHERE id IS NOT NULL';
SELECT forget();
DROP FUNCTION forget();

-- 35: a table is emptied [truncate-table]
TRUNCATE sessions;

-- 36: the same, hidden [truncate-table]
DO $$ BEGIN EXECUTE 'TRUNC' || 'ATE archive'; END $$;

-- 37: a column is dropped [drop-column]
ALTER TABLE users DROP COLUMN nick;

-- 38: a column is dropped if it is there, in a loop [drop-column]
DO $$
DECLARE c record;
BEGIN
    FOR c IN SELECT table_name, column_name FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name LIKE 'legacy%' LOOP
        EXECUTE format('ALTER TABLE %I DROP COLUMN %I', c.table_name, c.column_name);
    END LOOP;
END $$;

-- 39: a table is dropped [drop-table]
DROP TABLE archive;

-- 40: CASCADE takes a view along [drop-view]
ALTER TABLE users DROP COLUMN name CASCADE;

-- 41: a schema goes with all that is in it [drop-schema, drop-table]
CREATE SCHEMA old;
ALTER TABLE archive SET SCHEMA old;
DROP SCHEMA old CASCADE;

-- 42: a column has another name [rename-column]
ALTER TABLE users RENAME COLUMN email TO mail;

-- 43: a table has another name [rename-table]
ALTER TABLE order_items RENAME TO order_lines;

-- 44: the same by a function [rename-column]
CREATE PROCEDURE tidy() LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE orders RENAME note TO remark'; END $$;
CALL tidy();
DROP PROCEDURE tidy();

-- 45: a label of an enum has another name [rename-enum-value]
ALTER TYPE order_state RENAME VALUE 'lost' TO 'missing';

-- 46: values are cut [narrow-type]
ALTER TABLE products ALTER COLUMN sku TYPE varchar(10);

-- 47: a new column that programs must write [required-column]
ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';
ALTER TABLE orders ALTER COLUMN currency DROP DEFAULT;

-- 48: a default goes that programs rely on [required-column, drop-default]
ALTER TABLE users ALTER COLUMN locale DROP DEFAULT;

-- 49: a view loses a column [drop-view, drop-column]
DROP VIEW active_users;
CREATE VIEW active_users AS SELECT id, email FROM users WHERE deleted_at IS NULL;

-- 50: a function that programs call goes [drop-function]
DROP FUNCTION full_name(users);

-- 51: a role loses a right [revoke]
REVOKE UPDATE ON orders FROM shop_program;

-- 52: row level security hides all rows [row-security, row-security-without-policy]
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

-- 53: a foreign key without an index [unindexed-foreign-key]
CREATE TABLE reviews (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products (id)
);

-- 54: a foreign key of another type [foreign-key-type]
CREATE TABLE ratings (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    product_id integer NOT NULL REFERENCES products (id)
);
CREATE INDEX ratings_product_id ON ratings (product_id);

-- 55: a table without a key [table-without-key]
CREATE TABLE clicks (user_id bigint NOT NULL, at timestamptz NOT NULL);

-- 56: a second index of the same columns [duplicate-index]
-- feedstock: no-transaction
CREATE INDEX CONCURRENTLY orders_by_user ON orders (user_id);

-- 57: a key that ends at two billion [integer-key]
CREATE TABLE tickets (id serial PRIMARY KEY, title text NOT NULL);

-- 58: a function with the rights of its owner, whose names its caller decides [security-definer-search-path]
CREATE FUNCTION grant_credit(who bigint) RETURNS void LANGUAGE sql SECURITY DEFINER AS
    'UPDATE users SET balance = balance + 10 WHERE id = who';

-- 59: everybody may read [grant-to-public]
GRANT SELECT ON orders TO PUBLIC;

-- 60: a new label is used in the transaction that adds it [uses-new-enum-value]
ALTER TYPE order_state ADD VALUE 'returned';
UPDATE orders SET state = 'returned' WHERE id = 1;
