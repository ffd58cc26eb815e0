-- A composite foreign key of the same name moves to new columns: the old one is dropped once, before its columns.

-- allow: drop-column:b.ax
-- allow: drop-column:b.ay

-- from
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (id integer PRIMARY KEY, ax integer, ay integer, CONSTRAINT b_fk FOREIGN KEY (ax, ay) REFERENCES a);

-- to
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (id integer PRIMARY KEY, nx integer, ny integer, CONSTRAINT b_fk FOREIGN KEY (nx, ny) REFERENCES a);

-- plan
-- file 1 of 3, in a transaction: creates column b.nx, column b.ny, foreign key b_fk on b

BEGIN;

ALTER TABLE public.b ADD COLUMN nx integer;

ALTER TABLE public.b ADD COLUMN ny integer;

ALTER TABLE public.b ADD CONSTRAINT feedstock_new_b_fk FOREIGN KEY (nx, ny) REFERENCES public.a(x, y) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates foreign key b_fk on b
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT feedstock_new_b_fk;

COMMIT;

-- file 3 of 3, in a transaction: creates foreign key b_fk on b; drops column b.ay, column b.ax
-- hazard drop-column:b.ay: the column and its values are lost
-- hazard drop-column:b.ax: the column and its values are lost

BEGIN;

ALTER TABLE public.b DROP CONSTRAINT b_fk;
ALTER TABLE public.b RENAME CONSTRAINT feedstock_new_b_fk TO b_fk;

ALTER TABLE public.b DROP COLUMN ay;

ALTER TABLE public.b DROP COLUMN ax;

COMMIT;
