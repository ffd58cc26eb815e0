//! What random schemas are made of besides the tables: things that are there in one of several ways, or not.

use proptest::prelude::*;
use proptest::sample::select;

/// Some of the things, each in one of its ways.
pub fn objects() -> impl Strategy<Value = String> {
    let each: Vec<_> =
        THINGS.iter().map(|ways| proptest::option::weighted(0.6, select(ways.to_vec()))).collect();
    // Postgres 14 knows one sort of unique keys.
    let is_old = crate::support::server().version() < 150_000;
    let text = move |way: &str| match is_old {
        true => format!("{way}\n").replace(" NULLS NOT DISTINCT", ""),
        false => format!("{way}\n"),
    };
    each.prop_map(move |chosen| chosen.into_iter().flatten().map(text).collect::<String>())
}

/// A thing a line, a way each. The row with the key 5 or the defaults goes into each of its tables.
const THINGS: &[&[&str]] = &[
    // Partitions: the keys stay, so that rows do.
    &[
        "CREATE TABLE p (id integer, amount integer, note text) PARTITION BY LIST (id);
         CREATE TABLE p_5 PARTITION OF p FOR VALUES IN (5);
         CREATE TABLE p_6 PARTITION OF p FOR VALUES IN (6);
         CREATE INDEX ON p (amount);",
        "CREATE TABLE p (id integer, amount bigint DEFAULT 7, PRIMARY KEY (id)) PARTITION BY LIST (id);
         CREATE TABLE p_5 PARTITION OF p FOR VALUES IN (5, 7);
         ALTER TABLE p_5 ALTER amount SET DEFAULT 8;
         CREATE INDEX p_i ON p (amount DESC);",
        "CREATE TABLE p (id integer, amount integer, CHECK (amount > 0), UNIQUE (id)) PARTITION BY LIST (id);
         CREATE TABLE p_5 PARTITION OF p FOR VALUES IN (5) PARTITION BY HASH (id);
         CREATE TABLE p_5_a PARTITION OF p_5 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
         CREATE TABLE p_6 PARTITION OF p DEFAULT;",
        "CREATE TABLE p (id integer, amount integer) PARTITION BY LIST (id);
         CREATE TABLE p_5 (id integer, amount integer, UNIQUE (id));
         CREATE INDEX own ON p_5 (amount);
         COMMENT ON TABLE p_5 IS 'alone';",
        "CREATE TABLE p_5 (id integer, amount numeric, CONSTRAINT p_amount_check CHECK (amount > 0));",
    ],
    &[
        "CREATE TABLE r (at date DEFAULT '2024-03-01', amount integer) PARTITION BY RANGE (at);
         CREATE TABLE r_1 PARTITION OF r FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         ALTER TABLE r_1 ADD CHECK (amount < 9);",
        "CREATE TABLE r (at date, amount integer NOT NULL) PARTITION BY RANGE (at);
         CREATE TABLE r_1 PARTITION OF r FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
         CREATE TABLE r_2 PARTITION OF r FOR VALUES FROM ('2025-01-01') TO (MAXVALUE);
         CREATE UNIQUE INDEX r_u ON r (at, amount);",
        "CREATE TABLE r (at date, amount integer, double integer GENERATED ALWAYS AS (amount * 2) STORED)
             PARTITION BY RANGE (at);
         CREATE TABLE r_1 PARTITION OF r DEFAULT;
         CREATE VIEW r_v AS SELECT double FROM r;",
    ],
    // Inheritance.
    &[
        "CREATE TABLE a (id integer, name text);
         CREATE TABLE b (amount integer) INHERITS (a);
         CREATE TABLE c () INHERITS (b);",
        "CREATE TABLE a (id bigint DEFAULT 3, CHECK (id > 0));
         CREATE TABLE b (amount integer) INHERITS (a);
         ALTER TABLE b ALTER id SET DEFAULT 4;
         CREATE TABLE c () INHERITS (b);",
        "CREATE TABLE a (id integer NOT NULL, name text, CONSTRAINT k CHECK (id > 0) NO INHERIT);
         CREATE TABLE b (amount integer) INHERITS (a);
         CREATE INDEX ON b (name);",
        "CREATE TABLE a (id integer);
         CREATE TABLE b (amount integer) INHERITS (a);
         CREATE TABLE c () INHERITS (b, a);",
    ],
    // A domain, and a table of a type.
    &[
        "CREATE DOMAIN d AS text CHECK (VALUE <> '');
         CREATE TABLE of_domain (id integer, name d);",
        "CREATE DOMAIN d AS text NOT NULL DEFAULT 'a' CONSTRAINT short CHECK (length(VALUE) < 9);
         CREATE TABLE of_domain (id integer, name d);
         CREATE VIEW domain_v AS SELECT name FROM of_domain;",
        "CREATE DOMAIN d AS varchar(9);
         CREATE TABLE of_domain (id integer, name d DEFAULT 'b', names d[]);",
    ],
    &[
        "CREATE TYPE y AS (id integer, name text);
         CREATE TABLE typed OF y (PRIMARY KEY (id));",
        "CREATE TYPE y AS (id bigint, name text, at date);
         CREATE TABLE typed OF y (name WITH OPTIONS DEFAULT 'a');",
        "CREATE TYPE y AS (id integer, name text);
         CREATE TABLE typed (id integer, name text);",
    ],
    // Functions, and what uses them.
    &[
        "CREATE FUNCTION f(a integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + 1';
         CREATE TABLE uses (id integer DEFAULT f(1), CHECK (f(id) > 0));
         CREATE INDEX ON uses (f(id));",
        "CREATE FUNCTION f(a integer, b integer DEFAULT 2) RETURNS integer IMMUTABLE LANGUAGE sql
             AS 'SELECT a + b';
         CREATE TABLE uses (id integer, CHECK (f(id) > 0));
         CREATE VIEW uses_v AS SELECT f(id) FROM uses;",
        "CREATE FUNCTION f(a integer) RETURNS bigint IMMUTABLE LANGUAGE sql AS 'SELECT a + 1::bigint';
         CREATE TABLE uses (id integer, n bigint GENERATED ALWAYS AS (f(id)) STORED);",
    ],
    &[
        "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
         CREATE TABLE stamped (id integer, name text);
         CREATE TRIGGER s BEFORE UPDATE ON stamped FOR EACH ROW WHEN (old.name <> new.name)
             EXECUTE FUNCTION stamp();",
        "CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
         CREATE TABLE stamped (id integer, name varchar);
         CREATE TRIGGER s AFTER INSERT OR UPDATE OF name ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
         ALTER TABLE stamped DISABLE TRIGGER s;",
    ],
    // Ranges and exclusion.
    &[
        "CREATE TABLE booked (id integer, during tsrange, EXCLUDE USING gist (during WITH &&));",
        "CREATE TABLE booked (id integer, during tsrange NOT NULL DEFAULT '(,)',
             CONSTRAINT apart EXCLUDE USING gist (during WITH &&) WHERE (id > 0) DEFERRABLE);",
    ],
    // Identity and serial.
    &[
        "CREATE TABLE numbered (n serial, name text);",
        "CREATE TABLE numbered (n bigint GENERATED ALWAYS AS IDENTITY (START 100), name text);",
        "CREATE TABLE numbered (n integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text);
         COMMENT ON COLUMN numbered.n IS 'a number';",
        "CREATE SEQUENCE numbers START 5;
         CREATE TABLE numbered (n smallint DEFAULT nextval('numbers'), name text);",
    ],
    // Other schemas, comments, materialized views.
    &[
        "CREATE SCHEMA s;
         CREATE TABLE s.t (id integer PRIMARY KEY);
         CREATE TABLE refers (id integer REFERENCES s.t ON DELETE CASCADE);",
        "CREATE SCHEMA s;
         COMMENT ON SCHEMA s IS 'more';
         CREATE TABLE s.t (id integer UNIQUE NULLS NOT DISTINCT);
         CREATE TABLE refers (id integer REFERENCES s.t (id) DEFERRABLE);
         CREATE MATERIALIZED VIEW s.m AS SELECT id FROM s.t;
         CREATE UNIQUE INDEX ON s.m (id);",
        "CREATE TABLE refers_not (id integer);
         CREATE MATERIALIZED VIEW m AS SELECT id FROM refers_not;",
    ],
    // Who may see which rows, and who may do what. Roles that every server has.
    &[
        "CREATE TABLE secret (id integer, name text);
         ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
         CREATE POLICY own ON secret FOR SELECT USING (id > 1);
         GRANT SELECT ON secret TO PUBLIC;",
        "CREATE TABLE secret (id bigint, name text);
         ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
         ALTER TABLE secret FORCE ROW LEVEL SECURITY;
         CREATE POLICY own ON secret AS RESTRICTIVE TO pg_monitor USING (id > 2) WITH CHECK (name <> '');
         GRANT INSERT, UPDATE (name) ON secret TO pg_monitor WITH GRANT OPTION;
         CREATE VIEW secret_v WITH (security_barrier) AS SELECT name FROM secret;
         GRANT SELECT ON secret_v TO PUBLIC;",
        "CREATE FUNCTION may(id integer) RETURNS boolean STABLE LANGUAGE sql AS 'SELECT id > 3';
         REVOKE EXECUTE ON FUNCTION may FROM PUBLIC;
         CREATE TABLE secret (id integer);
         CREATE POLICY own ON secret FOR UPDATE USING (may(id)) WITH CHECK (true);
         ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor;",
    ],
    // Composite types in use.
    &[
        "CREATE TYPE place AS (x integer, y integer);
         CREATE TABLE places (id integer, here place, more place[]);",
        "CREATE TYPE place AS (x integer, y integer, z text);
         CREATE TABLE places (id integer, here place);
         CREATE VIEW place_v AS SELECT (here).x FROM places;",
        "CREATE TYPE place AS (x bigint, y integer);
         CREATE TABLE places (id integer, here place);
         CREATE FUNCTION x_of(p place) RETURNS bigint LANGUAGE sql AS 'SELECT p.x';",
    ],
    // Rules, extended statistics, what replicas are told.
    &[
        "CREATE TABLE ruled (id integer, amount integer) WITH (fillfactor = 80);
         CREATE STATISTICS ruled_s ON id, amount FROM ruled;
         CREATE RULE no_delete AS ON DELETE TO ruled DO INSTEAD NOTHING;",
        "CREATE TABLE ruled (id bigint, amount integer);
         CREATE STATISTICS ruled_s (ndistinct) ON amount, id FROM ruled;
         CREATE RULE no_delete AS ON DELETE TO ruled WHERE old.id > 3 DO INSTEAD NOTHING;
         ALTER TABLE ruled REPLICA IDENTITY FULL;",
        "CREATE UNLOGGED TABLE ruled (id integer NOT NULL, amount integer, CONSTRAINT ruled_k UNIQUE (id));
         ALTER TABLE ruled REPLICA IDENTITY USING INDEX ruled_k;",
    ],
    // Routines of other kinds.
    &[
        "CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT a + b';
         CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer);
         CREATE TABLE totalled (id integer);
         CREATE VIEW total_v AS SELECT total(id) FROM totalled;",
        "CREATE FUNCTION plus(a integer, b integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT b + a';
         CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer, INITCOND = '1');
         CREATE OPERATOR <+> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = plus);
         CREATE TABLE totalled (id integer DEFAULT 1 <+> 2);",
        "CREATE PROCEDURE plus(a integer, b integer) LANGUAGE sql AS 'SELECT a';
         CREATE TABLE totalled (id bigint);",
    ],
];
