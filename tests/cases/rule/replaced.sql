-- A rule does something else.

-- from
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING;

-- to
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE r AS ON INSERT TO t WHERE new.a > 1 DO INSTEAD NOTHING;

-- plan
-- changes rule r on t

BEGIN;

CREATE OR REPLACE RULE r AS
    ON INSERT TO public.t
   WHERE (new.a > 1) DO INSTEAD NOTHING;

COMMIT;
