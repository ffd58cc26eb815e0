-- Another primary key comes, and a unique index bears the old one's name.

-- from
CREATE TABLE t (id integer NOT NULL, c integer NOT NULL, CONSTRAINT t_c PRIMARY KEY (c));

-- to
CREATE TABLE t (id integer NOT NULL, c integer NOT NULL, CONSTRAINT t_id PRIMARY KEY (id));
CREATE UNIQUE INDEX t_c ON t (c);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan
-- file 1 of 4, in a transaction: drops constraint t_c on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT t_c;

COMMIT;

-- file 2 of 4, outside a transaction: creates constraint t_id on t
-- hazard add-unique:t.t_id: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_id ON public.t USING btree (id);

-- file 3 of 4, outside a transaction: creates index t_c
-- hazard add-unique:t_c: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY t_c ON public.t USING btree (c);

-- file 4 of 4, in a transaction: creates constraint t_id on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_id PRIMARY KEY USING INDEX t_id;

COMMIT;
