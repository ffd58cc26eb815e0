-- A primary key and a unique constraint take each other's name.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k1 UNIQUE (a), CONSTRAINT k2 PRIMARY KEY (b));

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k1 PRIMARY KEY (a), CONSTRAINT k2 UNIQUE (b));

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- creates constraint k1 on t, constraint k2 on t; drops constraint k2 on t, constraint k1 on t
-- hazard add-unique:t.k1: fails if two rows are alike
-- hazard no-online-way:t.k1: others wait for the table while the index is built
-- hazard add-unique:t.k2: fails if two rows are alike
-- hazard no-online-way:t.k2: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT k2;

ALTER TABLE public.t DROP CONSTRAINT k1;
ALTER TABLE public.t ADD CONSTRAINT k1 PRIMARY KEY (a);

ALTER TABLE public.t ADD CONSTRAINT k2 UNIQUE (b);

COMMIT;
