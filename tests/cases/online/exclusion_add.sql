-- An exclusion constraint has no online way, which is said.

-- from
CREATE TABLE t (a int4range);

-- to
CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&));

-- plan
-- creates constraint t_a_excl on t
-- hazard add-unique:t.t_a_excl: fails if two rows are alike
-- hazard no-online-way:t.t_a_excl: others wait for the table while the index is built

BEGIN;

ALTER TABLE public.t ADD CONSTRAINT t_a_excl EXCLUDE USING gist (a WITH &&);

COMMIT;
