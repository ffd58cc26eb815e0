-- Partitioned tables whose foreign keys refer to each other are dropped: each key once, with those of the partitions.

-- allow: drop-table:p
-- allow: drop-table:p1
-- allow: drop-table:q
-- allow: drop-table:q1

-- from
CREATE TABLE p (id integer PRIMARY KEY, o integer) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
CREATE TABLE q (id integer PRIMARY KEY, o integer) PARTITION BY RANGE (id);
CREATE TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (10);
ALTER TABLE p ADD CONSTRAINT pq FOREIGN KEY (o) REFERENCES q;
ALTER TABLE q ADD CONSTRAINT qp FOREIGN KEY (o) REFERENCES p;

-- to

-- plan
-- file 1 of 6, in a transaction: drops foreign key pq on p

BEGIN;

ALTER TABLE public.p DROP CONSTRAINT pq;

COMMIT;

-- file 2 of 6, in a transaction: drops foreign key qp on q

BEGIN;

ALTER TABLE public.q DROP CONSTRAINT qp;

COMMIT;

-- file 3 of 6, in a transaction: drops table q1
-- hazard drop-table:q1: the table and its rows are lost

BEGIN;

DROP TABLE public.q1;

COMMIT;

-- file 4 of 6, in a transaction: drops table q
-- hazard drop-table:q: the table is lost, and with it the rows of the partitions that go

BEGIN;

DROP TABLE public.q;

COMMIT;

-- file 5 of 6, in a transaction: drops table p1
-- hazard drop-table:p1: the table and its rows are lost

BEGIN;

DROP TABLE public.p1;

COMMIT;

-- file 6 of 6, in a transaction: drops table p
-- hazard drop-table:p: the table is lost, and with it the rows of the partitions that go

BEGIN;

DROP TABLE public.p;

COMMIT;
