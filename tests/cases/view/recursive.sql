-- A recursive view and a query with strange layout.

-- from

-- to
CREATE RECURSIVE VIEW n (a) AS VALUES (1) UNION ALL SELECT a + 1 FROM n WHERE a < 3;
CREATE VIEW q AS SELECT 'a; b -- c' AS "x y", E'\\' AS z;

-- plan
-- creates view n, view q

BEGIN;

CREATE VIEW public.n AS
 WITH RECURSIVE n(a) AS (
         VALUES (1)
        UNION ALL
         SELECT (n_1.a + 1)
           FROM n n_1
          WHERE (n_1.a < 3)
        )
 SELECT n.a
   FROM n;

CREATE VIEW public.q AS
 SELECT 'a; b -- c'::text AS "x y",
    '\'::text AS z;

COMMIT;

-- plan from 16
-- creates view n, view q

BEGIN;

CREATE VIEW public.n AS
 WITH RECURSIVE n(a) AS (
         VALUES (1)
        UNION ALL
         SELECT (n_1.a + 1)
           FROM n n_1
          WHERE (n_1.a < 3)
        )
 SELECT a
   FROM n;

CREATE VIEW public.q AS
 SELECT 'a; b -- c'::text AS "x y",
    '\'::text AS z;

COMMIT;
