-- Indexes of every access method come and go.

-- from
CREATE TABLE t (a integer, b jsonb, c int4range, d text, e tsvector, f point);
CREATE INDEX old_hash ON t USING hash (d);
CREATE INDEX old_gin ON t USING gin (e);

-- to
CREATE TABLE t (a integer, b jsonb, c int4range, d text, e tsvector, f point);
CREATE INDEX i_brin ON t USING brin (a) WITH (pages_per_range = 16);
CREATE INDEX i_gin ON t USING gin (b jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX i_gist ON t USING gist (c);
CREATE INDEX i_sp ON t USING spgist (f);
CREATE INDEX i_param ON t USING gist (e tsvector_ops (siglen = 100));

-- plan
-- file 1 of 7, outside a transaction: creates index i_brin

CREATE INDEX CONCURRENTLY i_brin ON public.t USING brin (a) WITH (pages_per_range='16');

-- file 2 of 7, outside a transaction: creates index i_gin

CREATE INDEX CONCURRENTLY i_gin ON public.t USING gin (b jsonb_path_ops) WITH (fastupdate=off);

-- file 3 of 7, outside a transaction: creates index i_gist

CREATE INDEX CONCURRENTLY i_gist ON public.t USING gist (c);

-- file 4 of 7, outside a transaction: creates index i_param

CREATE INDEX CONCURRENTLY i_param ON public.t USING gist (e tsvector_ops (siglen='100'));

-- file 5 of 7, outside a transaction: creates index i_sp

CREATE INDEX CONCURRENTLY i_sp ON public.t USING spgist (f);

-- file 6 of 7, outside a transaction: drops index old_gin
-- hazard drop-index:old_gin: queries that used it become slow

DROP INDEX CONCURRENTLY public.old_gin;

-- file 7 of 7, outside a transaction: drops index old_hash
-- hazard drop-index:old_hash: queries that used it become slow

DROP INDEX CONCURRENTLY public.old_hash;
