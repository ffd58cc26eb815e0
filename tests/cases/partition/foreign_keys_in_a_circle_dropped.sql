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
-- drops foreign key pq on p, foreign key qp on q, table q1, table q, table p1 and 1 more
-- hazard drop-table:q1: the table and its rows are lost
-- hazard drop-table:q: the table is lost, and with it the rows of the partitions that go
-- hazard drop-table:p1: the table and its rows are lost
-- hazard drop-table:p: the table is lost, and with it the rows of the partitions that go

BEGIN;

ALTER TABLE public.p DROP CONSTRAINT pq;

ALTER TABLE public.q DROP CONSTRAINT qp;

DROP TABLE public.q1;

DROP TABLE public.q;

DROP TABLE public.p1;

DROP TABLE public.p;

COMMIT;
