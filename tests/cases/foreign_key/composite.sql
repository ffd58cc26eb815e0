-- A composite foreign key with a column list for SET NULL.
-- since: 15

-- from
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (x integer, y integer);

-- to
CREATE TABLE a (x integer, y integer, PRIMARY KEY (x, y));
CREATE TABLE b (x integer, y integer, FOREIGN KEY (x, y) REFERENCES a ON DELETE SET NULL (y));

-- plan
-- hazard add-foreign-key:b.b_x_y_fkey: fails if a row refers to nothing
ALTER TABLE "public"."b" ADD CONSTRAINT "b_x_y_fkey" FOREIGN KEY (x, y) REFERENCES public.a(x, y) ON DELETE SET NULL (y);
