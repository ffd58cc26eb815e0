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
-- file 1 of 3, in a transaction: changes CLUSTER mark of t

BEGIN;

ALTER TABLE public.t CLUSTER ON tb;

COMMIT;

-- file 2 of 3, in a transaction: creates CLUSTER mark of w

BEGIN;

ALTER TABLE public.w CLUSTER ON w_pkey;

COMMIT;

-- file 3 of 3, in a transaction: drops CLUSTER mark of u

BEGIN;

ALTER TABLE public.u SET WITHOUT CLUSTER;

COMMIT;
