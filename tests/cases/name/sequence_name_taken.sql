-- The default name of an identity's sequence is taken by something else.
-- allow: rewrite-table:t.id

-- from
CREATE TABLE t (a text);

-- to
CREATE SEQUENCE t_id_seq;
CREATE TABLE t (a text, id integer GENERATED ALWAYS AS IDENTITY);

-- plan
CREATE SEQUENCE "public"."t_id_seq";

-- hazard rewrite-table:t.id: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ADD COLUMN "id" integer NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "public"."t_id_seq1");
