-- A sequence gets an owner, changes it, and loses it.

-- from
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE gets;
CREATE SEQUENCE moves OWNED BY t.a;
CREATE SEQUENCE loses OWNED BY t.b;

-- to
CREATE TABLE t (a integer, b integer);
CREATE SEQUENCE gets OWNED BY t.a;
CREATE SEQUENCE moves OWNED BY t.b;
CREATE SEQUENCE loses;

-- plan
-- changes sequence gets, sequence loses, sequence moves

BEGIN;

ALTER SEQUENCE public.gets OWNED BY public.t.a;

ALTER SEQUENCE public.loses OWNED BY NONE;

ALTER SEQUENCE public.moves OWNED BY public.t.b;

COMMIT;
