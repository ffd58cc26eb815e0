-- A renamed column keeps its values and everything that refers to it.
-- renamed: column t.nick -> t.name

-- from
CREATE TABLE t (id integer PRIMARY KEY, nick text UNIQUE CHECK (nick <> ''), up text GENERATED ALWAYS AS (upper(nick)) STORED);
CREATE INDEX t_nick_idx ON t (lower(nick)) WHERE nick IS NOT NULL;
CREATE VIEW v AS SELECT nick FROM t;
COMMENT ON COLUMN t.nick IS 'what we call it';

-- to
CREATE TABLE t (id integer PRIMARY KEY, name text UNIQUE CHECK (name <> ''), up text GENERATED ALWAYS AS (upper(name)) STORED);
CREATE INDEX t_name_idx ON t (lower(name)) WHERE name IS NOT NULL;
CREATE VIEW v AS SELECT name FROM t;
COMMENT ON COLUMN t.name IS 'what we call it';

-- rows
INSERT INTO t VALUES (1, 'ada');

-- then
SELECT name, up FROM t;
-- ada | ADA

-- plan
-- creates view v; renames column t.nick, constraint t_nick_key on t, index t_nick_idx, constraint t_nick_check on t; drops view v
-- hazard rename-column:t.nick: a program that still uses the old name fails
-- hazard drop-column:v.nick: a program that reads it fails

BEGIN;

ALTER TABLE public.t RENAME COLUMN nick TO name;

ALTER TABLE public.t RENAME CONSTRAINT t_nick_key TO t_name_key;

ALTER INDEX public.t_nick_idx RENAME TO t_name_idx;

ALTER TABLE public.t RENAME CONSTRAINT t_nick_check TO t_name_check;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT t.name
   FROM public.t;

COMMIT;

-- plan from 16
-- creates view v; renames column t.nick, constraint t_nick_key on t, index t_nick_idx, constraint t_nick_check on t; drops view v
-- hazard rename-column:t.nick: a program that still uses the old name fails
-- hazard drop-column:v.nick: a program that reads it fails

BEGIN;

ALTER TABLE public.t RENAME COLUMN nick TO name;

ALTER TABLE public.t RENAME CONSTRAINT t_nick_key TO t_name_key;

ALTER INDEX public.t_nick_idx RENAME TO t_name_idx;

ALTER TABLE public.t RENAME CONSTRAINT t_nick_check TO t_name_check;

DROP VIEW public.v;
CREATE VIEW public.v AS
 SELECT name
   FROM public.t;

COMMIT;
