-- A key, a check and a foreign key pass their names on in a circle; another key and a foreign key swap theirs.

-- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, b integer, c integer,
    CONSTRAINT one UNIQUE (b),
    CONSTRAINT two CHECK (a > 0),
    CONSTRAINT three FOREIGN KEY (c) REFERENCES p,
    CONSTRAINT four UNIQUE (c),
    CONSTRAINT five FOREIGN KEY (b) REFERENCES p);

-- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE t (a integer, b integer, c integer,
    CONSTRAINT two UNIQUE (b),
    CONSTRAINT three CHECK (a > 0),
    CONSTRAINT one FOREIGN KEY (c) REFERENCES p,
    CONSTRAINT five UNIQUE (c),
    CONSTRAINT four FOREIGN KEY (b) REFERENCES p);

-- plan
-- renames constraint four on t, foreign key five on t, constraint feedstock_old_four on t, constraint one on t, foreign key three on t and 2 more

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT four TO feedstock_old_four;

ALTER TABLE public.t RENAME CONSTRAINT five TO four;

ALTER TABLE public.t RENAME CONSTRAINT feedstock_old_four TO five;

ALTER TABLE public.t RENAME CONSTRAINT one TO feedstock_old_one;

ALTER TABLE public.t RENAME CONSTRAINT three TO one;

ALTER TABLE public.t RENAME CONSTRAINT two TO three;

ALTER TABLE public.t RENAME CONSTRAINT feedstock_old_one TO two;

COMMIT;
