-- A table gets a primary key.

-- from
CREATE TABLE t (id integer NOT NULL, x text);

-- to
CREATE TABLE t (id integer PRIMARY KEY, x text);

-- plan
-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (id);
