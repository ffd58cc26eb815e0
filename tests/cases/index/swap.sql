-- Two indexes swap their names: they are renamed, not made again.

-- from
CREATE TABLE t (a integer, b integer);
CREATE INDEX one ON t (a);
CREATE INDEX two ON t (b);

-- to
CREATE TABLE t (a integer, b integer);
CREATE INDEX one ON t (b);
CREATE INDEX two ON t (a);

-- plan
-- renames index one, index two, index feedstock_old_one

BEGIN;

ALTER INDEX public.one RENAME TO feedstock_old_one;

ALTER INDEX public.two RENAME TO one;

ALTER INDEX public.feedstock_old_one RENAME TO two;

COMMIT;
