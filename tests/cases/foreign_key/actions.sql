-- What happens to rows that refer to one that goes.

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT x REFERENCES p ON DELETE CASCADE, b integer CONSTRAINT y REFERENCES p, c integer CONSTRAINT z REFERENCES p DEFERRABLE);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer CONSTRAINT x REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE, b integer CONSTRAINT y REFERENCES p ON DELETE RESTRICT, c integer CONSTRAINT z REFERENCES p DEFERRABLE INITIALLY DEFERRED);

-- plan
-- file 1 of 3, in a transaction: creates foreign key x on t, foreign key y on t; changes foreign key z on t

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_x FOREIGN KEY (a) REFERENCES public.p(id) ON UPDATE CASCADE ON DELETE SET NULL NOT VALID;

ALTER TABLE public.t ADD CONSTRAINT feedstock_new_y FOREIGN KEY (b) REFERENCES public.p(id) ON DELETE RESTRICT NOT VALID;

ALTER TABLE public.t ALTER CONSTRAINT z DEFERRABLE INITIALLY DEFERRED;

COMMIT;

-- file 2 of 3, in a transaction: validates foreign key x on t, foreign key y on t
-- hazard add-foreign-key:t.x: fails if a row refers to nothing
-- hazard long-validation:t: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:t.y: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.t VALIDATE CONSTRAINT feedstock_new_x,
    VALIDATE CONSTRAINT feedstock_new_y;

COMMIT;

-- file 3 of 3, in a transaction: creates foreign key x on t, foreign key y on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT x;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_x TO x;

ALTER TABLE public.t DROP CONSTRAINT y;
ALTER TABLE public.t RENAME CONSTRAINT feedstock_new_y TO y;

COMMIT;
