-- The storage parameters of the indexes behind constraints.

-- from
CREATE TABLE t (a integer CONSTRAINT k PRIMARY KEY, b integer CONSTRAINT u UNIQUE, c integer CONSTRAINT w UNIQUE);
ALTER INDEX u SET (fillfactor = 70);
ALTER INDEX w SET (fillfactor = 70);

-- to
CREATE TABLE t (a integer CONSTRAINT k PRIMARY KEY, b integer CONSTRAINT u UNIQUE, c integer CONSTRAINT w UNIQUE);
ALTER INDEX k SET (fillfactor = 60);
ALTER INDEX u SET (fillfactor = 80);

-- plan
-- creates storage parameters of t.k; changes storage parameters of t.u; drops storage parameters of t.w

BEGIN;

ALTER INDEX public.w RESET (fillfactor);

ALTER INDEX public.k SET (fillfactor=60);

ALTER INDEX public.u SET (fillfactor=80);

COMMIT;
