-- A partition has a foreign key of its own beside the one that comes from the whole and does the same.

-- from
CREATE TABLE r (id integer PRIMARY KEY);

-- to
CREATE TABLE r (id integer PRIMARY KEY);
CREATE TABLE t (a integer REFERENCES r, b integer) PARTITION BY LIST (a);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
ALTER TABLE t_1 ADD CONSTRAINT again FOREIGN KEY (a) REFERENCES r;

-- plan
CREATE TABLE "public"."t" (
    "a" integer,
    "b" integer
) PARTITION BY LIST (a);

CREATE TABLE "public"."t_1" (
    "a" integer,
    "b" integer
);

ALTER TABLE "public"."t" ATTACH PARTITION "public"."t_1" FOR VALUES IN (1);

ALTER TABLE "public"."t" ADD CONSTRAINT "t_a_fkey" FOREIGN KEY (a) REFERENCES public.r(id);

ALTER TABLE "public"."t_1" ADD CONSTRAINT "again" FOREIGN KEY (a) REFERENCES public.r(id);
