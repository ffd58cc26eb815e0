-- A primary key goes from all partitions.

-- from
CREATE TABLE t (id integer, n integer, note text, CONSTRAINT k PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- to
CREATE TABLE t (id integer NOT NULL, n integer, note text) PARTITION BY LIST (id);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);

-- plan
-- drops constraint k on t
-- hazard drop-unique:k: two rows may be alike from here on, and ON CONFLICT of its columns fails

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT k;

COMMIT;
