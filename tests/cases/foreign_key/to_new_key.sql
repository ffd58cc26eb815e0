-- A foreign key to a column that becomes unique, in a table that is new.

-- from
CREATE TABLE a (id integer PRIMARY KEY, code text);

-- to
CREATE TABLE a (id integer PRIMARY KEY, code text UNIQUE);
CREATE TABLE b (code text REFERENCES a (code), n integer);

-- plan
-- file 1 of 3, in a transaction: creates table b

BEGIN;

CREATE TABLE public.b (
    code text,
    n integer
);

COMMIT;

-- file 2 of 3, outside a transaction: creates constraint a_code_key on a
-- hazard add-unique:a.a_code_key: fails if two rows are alike

CREATE UNIQUE INDEX CONCURRENTLY a_code_key ON public.a USING btree (code);

-- file 3 of 3, in a transaction: creates constraint a_code_key on a, foreign key b_code_fkey on b
-- hazard unindexed-foreign-key:b.b_code_fkey: no index begins with code: whoever deletes a row of a waits until all of b is read

BEGIN;

ALTER TABLE public.a ADD CONSTRAINT a_code_key UNIQUE USING INDEX a_code_key;

ALTER TABLE public.b ADD CONSTRAINT b_code_fkey FOREIGN KEY (code) REFERENCES public.a(code);

COMMIT;
