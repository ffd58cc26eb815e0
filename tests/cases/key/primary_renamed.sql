-- A primary key with a foreign key on it gets another name.

-- from
CREATE TABLE t (a integer CONSTRAINT t_key PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t);

-- to
CREATE TABLE t (a integer PRIMARY KEY);
CREATE TABLE r (t integer REFERENCES t);

-- plan
-- renames constraint t_key on t

BEGIN;

ALTER TABLE public.t RENAME CONSTRAINT t_key TO t_pkey;

COMMIT;
