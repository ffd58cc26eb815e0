-- Keys of a partitioned table that go by periods, and foreign keys to them.
-- since: 18

-- from
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, PRIMARY KEY (k, r WITHOUT OVERLAPS)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);

-- to
CREATE EXTENSION btree_gist;
CREATE TABLE p (k int, r int4range, l int, PRIMARY KEY (k, r WITHOUT OVERLAPS), UNIQUE (k, l, r WITHOUT OVERLAPS)) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);
CREATE TABLE f (k int, r int4range, FOREIGN KEY (k, PERIOD r) REFERENCES p (k, PERIOD r));

-- rows
INSERT INTO p VALUES (1, '[1,3)'), (1, '[3,5)');

-- plan from 18
-- creates table f, column p.l, constraint p_k_l_r_key on p, table p2, table p2 as one of p and 1 more
-- hazard add-unique:p.p_k_l_r_key: fails if two rows are alike
-- hazard no-online-way:p.p_k_l_r_key: others wait for the table while the index is built
-- hazard unindexed-foreign-key:f.f_k_r_fkey: no index begins with k, r: whoever deletes a row of p waits until all of f is read

BEGIN;

CREATE TABLE public.f (
    k integer,
    r int4range
);

ALTER TABLE public.p ADD COLUMN l integer;

ALTER TABLE public.p ADD CONSTRAINT p_k_l_r_key UNIQUE (k, l, r WITHOUT OVERLAPS);

CREATE TABLE public.p2 (
    k integer CONSTRAINT p_k_not_null NOT NULL,
    r int4range CONSTRAINT p_r_not_null NOT NULL,
    l integer
);

ALTER TABLE public.p ATTACH PARTITION public.p2 FOR VALUES IN (2);

ALTER TABLE public.f ADD CONSTRAINT f_k_r_fkey FOREIGN KEY (k, PERIOD r) REFERENCES public.p(k, PERIOD r);

COMMIT;
