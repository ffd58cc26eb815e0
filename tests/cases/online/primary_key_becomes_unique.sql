-- Another primary key comes, and a unique constraint bears the old one's name.

-- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k2 PRIMARY KEY (a));

-- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k1 PRIMARY KEY (b), CONSTRAINT k2 UNIQUE (a));

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- file 1 of 3, in a transaction: creates constraint k2 on t; drops constraint k2 on t
-- hazard add-unique:t.k2: fails if two rows are alike
-- hazard no-online-way:t.k2: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT k2;
ALTER TABLE public.t ADD CONSTRAINT k2 UNIQUE (a);

COMMIT;

-- file 2 of 3, outside a transaction: creates constraint k1 on t
-- hazard add-unique:t.k1: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY k1 ON public.t USING btree (b);

-- file 3 of 3, in a transaction: creates constraint k1 on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT k1 PRIMARY KEY USING INDEX k1;

COMMIT;
