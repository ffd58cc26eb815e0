-- A new child names the NOT NULL that it has from its parent, and a column takes the name of the one of another.
-- since: 18
-- allow: drop-column:t.a

-- from
CREATE TABLE p (a int CONSTRAINT one NOT NULL);
CREATE TABLE t (a int CONSTRAINT nn NOT NULL, b int CONSTRAINT mm NOT NULL);

-- to
CREATE TABLE p (a int CONSTRAINT one NOT NULL);
CREATE TABLE h (CONSTRAINT own NOT NULL a) INHERITS (p);
CREATE TABLE t (c int CONSTRAINT nn NOT NULL DEFAULT 1, b int CONSTRAINT mm NOT NULL);

-- rows
INSERT INTO t VALUES (1, 2);

-- plan from 18
-- creates table h, column t.c; drops column t.a
-- hazard drop-column:t.a: the column and its values are lost

BEGIN;

ALTER TABLE public.t DROP COLUMN a;

CREATE TABLE public.h (
    CONSTRAINT own NOT NULL a
) INHERITS (public.p);

ALTER TABLE public.t ADD COLUMN c integer CONSTRAINT nn NOT NULL DEFAULT 1;

COMMIT;
