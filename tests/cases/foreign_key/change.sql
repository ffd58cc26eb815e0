-- A foreign key's action, deferrability and target change.

-- from
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE c (x integer REFERENCES a, y integer REFERENCES a, z integer REFERENCES a);

-- to
CREATE TABLE a (id integer PRIMARY KEY);
CREATE TABLE b (id integer PRIMARY KEY);
CREATE TABLE c (x integer REFERENCES a ON DELETE CASCADE, y integer REFERENCES a DEFERRABLE, z integer REFERENCES b);

-- plan
-- file 1 of 3, in a transaction: creates foreign key c_x_fkey on c, foreign key c_z_fkey on c; changes foreign key c_y_fkey on c

BEGIN;

ALTER TABLE public.c ADD CONSTRAINT feedstock_new_c_x_fkey FOREIGN KEY (x) REFERENCES public.a(id) ON DELETE CASCADE NOT VALID;

ALTER TABLE public.c ALTER CONSTRAINT c_y_fkey DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE public.c ADD CONSTRAINT feedstock_new_c_z_fkey FOREIGN KEY (z) REFERENCES public.b(id) NOT VALID;

COMMIT;

-- file 2 of 3, in a transaction: validates foreign key c_x_fkey on c, foreign key c_z_fkey on c
-- hazard add-foreign-key:c.c_x_fkey: fails if a row refers to nothing
-- hazard long-validation:c: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:c.c_z_fkey: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.c VALIDATE CONSTRAINT feedstock_new_c_x_fkey,
    VALIDATE CONSTRAINT feedstock_new_c_z_fkey;

COMMIT;

-- file 3 of 3, in a transaction: creates foreign key c_x_fkey on c, foreign key c_z_fkey on c

BEGIN;

ALTER TABLE public.c DROP CONSTRAINT c_x_fkey;
ALTER TABLE public.c RENAME CONSTRAINT feedstock_new_c_x_fkey TO c_x_fkey;

ALTER TABLE public.c DROP CONSTRAINT c_z_fkey;
ALTER TABLE public.c RENAME CONSTRAINT feedstock_new_c_z_fkey TO c_z_fkey;

COMMIT;
