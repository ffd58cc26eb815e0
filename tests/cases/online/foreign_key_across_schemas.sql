-- Tables of several schemas, whose constraints and indexes have the same names.

-- from
CREATE SCHEMA x;
CREATE SCHEMA y;
CREATE TABLE x.t (id integer NOT NULL, u integer);
CREATE TABLE y.t (id integer NOT NULL, u integer);

-- to
CREATE SCHEMA x;
CREATE SCHEMA y;
CREATE TABLE x.t (id integer PRIMARY KEY, u integer);
CREATE TABLE y.t (id integer PRIMARY KEY, u integer REFERENCES x.t);
CREATE INDEX i ON x.t (u);
CREATE INDEX i ON y.t (u);

-- plan
-- file 1 of 7, outside a transaction: creates constraint t_pkey on x.t
-- hazard add-unique:x.t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON x.t USING btree (id);

-- file 2 of 7, outside a transaction: creates constraint t_pkey on y.t
-- hazard add-unique:y.t.t_pkey: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_pkey ON y.t USING btree (id);

-- file 3 of 7, outside a transaction: creates index x.i

CREATE INDEX CONCURRENTLY i ON x.t USING btree (u);

-- file 4 of 7, outside a transaction: creates index y.i

CREATE INDEX CONCURRENTLY i ON y.t USING btree (u);

-- file 5 of 7, in a transaction: creates constraint t_pkey on x.t

BEGIN;

ALTER TABLE x.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

COMMIT;

-- file 6 of 7, in a transaction: creates constraint t_pkey on y.t, foreign key t_u_fkey on y.t

BEGIN;

ALTER TABLE y.t ADD CONSTRAINT t_pkey PRIMARY KEY USING INDEX t_pkey;

ALTER TABLE y.t ADD CONSTRAINT t_u_fkey FOREIGN KEY (u) REFERENCES x.t(id) NOT VALID;

COMMIT;

-- file 7 of 7, in a transaction: validates foreign key t_u_fkey on y.t
-- hazard add-foreign-key:y.t.t_u_fkey: fails if a row refers to nothing
-- hazard long-validation:y.t: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE y.t VALIDATE CONSTRAINT t_u_fkey;

COMMIT;
