-- The primary key moves to another column and gets another name.

-- from
CREATE TABLE t (a integer CONSTRAINT one PRIMARY KEY, b integer NOT NULL);

-- to
CREATE TABLE t (a integer NOT NULL, b integer CONSTRAINT other PRIMARY KEY);

-- plan
-- file 1 of 2, outside a transaction: creates constraint other on t
-- hazard add-unique:t.other: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY other ON public.t USING btree (b);

-- file 2 of 2, in a transaction: creates constraint other on t

BEGIN;

ALTER TABLE public.t DROP CONSTRAINT one;
ALTER TABLE public.t ADD CONSTRAINT other PRIMARY KEY USING INDEX other;

COMMIT;
