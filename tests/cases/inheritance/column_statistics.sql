-- A parent's column gets another target of statistics: one child keeps its own, which a plain ALTER would take from it.

-- from
CREATE TABLE p (a integer, b integer);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (p);
ALTER TABLE c ALTER b SET STATISTICS 50;

-- to
CREATE TABLE p (a integer, b integer);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (p);
ALTER TABLE p ALTER a SET STATISTICS 100;
ALTER TABLE ONLY p ALTER b SET STATISTICS 100;
ALTER TABLE c ALTER b SET STATISTICS 50;

-- plan
-- changes column p.a, column p.b

BEGIN;

ALTER TABLE public.p ALTER COLUMN a SET STATISTICS 100;

ALTER TABLE ONLY public.p ALTER COLUMN b SET STATISTICS 100;

COMMIT;
