-- The mark of CLUSTER comes, moves, and goes.

-- from
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE INDEX tb ON t (b);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE TABLE w (a integer PRIMARY KEY);
ALTER TABLE t CLUSTER ON t_pkey;
ALTER TABLE u CLUSTER ON u_pkey;

-- to
CREATE TABLE t (a integer PRIMARY KEY, b integer);
CREATE INDEX tb ON t (b);
CREATE TABLE u (a integer PRIMARY KEY);
CREATE TABLE w (a integer PRIMARY KEY);
ALTER TABLE t CLUSTER ON tb;
ALTER TABLE w CLUSTER ON w_pkey;

-- plan
-- creates CLUSTER mark of w; changes CLUSTER mark of t; drops CLUSTER mark of u

BEGIN;

ALTER TABLE public.u SET WITHOUT CLUSTER;

ALTER TABLE public.t CLUSTER ON tb;

ALTER TABLE public.w CLUSTER ON w_pkey;

COMMIT;
