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
-- hazard add-foreign-key:b.b_c_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_c_fkey" FOREIGN KEY (c) REFERENCES public.a(id) ON UPDATE CASCADE ON DELETE CASCADE;

-- hazard add-foreign-key:b.b_d_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_d_fkey" FOREIGN KEY (d) REFERENCES public.a(id) ON DELETE SET NULL;

-- hazard add-foreign-key:b.b_e_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_e_fkey" FOREIGN KEY (e) REFERENCES public.a(id) ON DELETE SET DEFAULT;

-- hazard add-foreign-key:b.b_f_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_f_fkey" FOREIGN KEY (f) REFERENCES public.a(id) ON DELETE RESTRICT;

-- hazard add-foreign-key:b.b_g_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_g_fkey" FOREIGN KEY (g) REFERENCES public.a(x) DEFERRABLE INITIALLY DEFERRED;
