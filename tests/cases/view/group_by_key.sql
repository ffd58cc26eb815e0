-- A view that needs a primary key, which changes.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b text);
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;

-- to
CREATE TABLE t (a integer, b text, CONSTRAINT t_pkey PRIMARY KEY (a) INCLUDE (b));
CREATE VIEW v AS SELECT a, b FROM t GROUP BY a;

-- plan
DROP VIEW "public"."v";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";
-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (a) INCLUDE (b);

CREATE VIEW public.v AS
 SELECT t.a,
    t.b
   FROM public.t
  GROUP BY t.a;

-- plan from 16
DROP VIEW "public"."v";

ALTER TABLE "public"."t" DROP CONSTRAINT "t_pkey";
-- hazard add-unique:t.t_pkey: fails if two rows are alike
ALTER TABLE "public"."t" ADD CONSTRAINT "t_pkey" PRIMARY KEY (a) INCLUDE (b);

CREATE VIEW public.v AS
 SELECT a,
    b
   FROM public.t
  GROUP BY a;
