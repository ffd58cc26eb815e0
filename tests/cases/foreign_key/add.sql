-- Foreign keys with every action come.

-- from
CREATE TABLE a (id integer PRIMARY KEY, x integer UNIQUE);
CREATE TABLE b (c integer, d integer, e integer DEFAULT 1, f integer, g integer);

-- to
CREATE TABLE a (id integer PRIMARY KEY, x integer UNIQUE);
CREATE TABLE b (
    c integer REFERENCES a ON DELETE CASCADE ON UPDATE CASCADE,
    d integer REFERENCES a ON DELETE SET NULL,
    e integer DEFAULT 1 REFERENCES a ON DELETE SET DEFAULT,
    f integer REFERENCES a ON DELETE RESTRICT,
    g integer REFERENCES a (x) DEFERRABLE INITIALLY DEFERRED);

-- plan
-- file 1 of 2, in a transaction: creates foreign key b_c_fkey on b, foreign key b_d_fkey on b, foreign key b_e_fkey on b, foreign key b_f_fkey on b, foreign key b_g_fkey on b
-- hazard unindexed-foreign-key:b.b_c_fkey: no index begins with c: whoever deletes a row of a waits until all of b is read
-- hazard unindexed-foreign-key:b.b_d_fkey: no index begins with d: whoever deletes a row of a waits until all of b is read
-- hazard unindexed-foreign-key:b.b_e_fkey: no index begins with e: whoever deletes a row of a waits until all of b is read
-- hazard unindexed-foreign-key:b.b_f_fkey: no index begins with f: whoever deletes a row of a waits until all of b is read
-- hazard unindexed-foreign-key:b.b_g_fkey: no index begins with g: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.b ADD CONSTRAINT b_c_fkey FOREIGN KEY (c) REFERENCES public.a(id) ON UPDATE CASCADE ON DELETE CASCADE NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_d_fkey FOREIGN KEY (d) REFERENCES public.a(id) ON DELETE SET NULL NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_e_fkey FOREIGN KEY (e) REFERENCES public.a(id) ON DELETE SET DEFAULT NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_f_fkey FOREIGN KEY (f) REFERENCES public.a(id) ON DELETE RESTRICT NOT VALID;

ALTER TABLE public.b ADD CONSTRAINT b_g_fkey FOREIGN KEY (g) REFERENCES public.a(x) DEFERRABLE INITIALLY DEFERRED NOT VALID;

COMMIT;

-- file 2 of 2, in a transaction: validates foreign key b_c_fkey on b, foreign key b_d_fkey on b, foreign key b_e_fkey on b, foreign key b_f_fkey on b, foreign key b_g_fkey on b
-- hazard add-foreign-key:b.b_c_fkey: fails if a row refers to nothing
-- hazard long-validation:b: reads every row; nobody waits for it, and it may take its time
-- hazard add-foreign-key:b.b_d_fkey: fails if a row refers to nothing
-- hazard add-foreign-key:b.b_e_fkey: fails if a row refers to nothing
-- hazard add-foreign-key:b.b_f_fkey: fails if a row refers to nothing
-- hazard add-foreign-key:b.b_g_fkey: fails if a row refers to nothing

BEGIN;

ALTER TABLE public.b VALIDATE CONSTRAINT b_c_fkey,
    VALIDATE CONSTRAINT b_d_fkey,
    VALIDATE CONSTRAINT b_e_fkey,
    VALIDATE CONSTRAINT b_f_fkey,
    VALIDATE CONSTRAINT b_g_fkey;

COMMIT;
