-- An array's elements change their type.
-- allow: narrow-type:t.b
-- allow: rewrite-table:t.a

-- from
CREATE TABLE t (a integer[] DEFAULT '{1}', b text[]);

-- to
CREATE TABLE t (a bigint[] DEFAULT '{1}', b varchar(3)[]);

-- plan
ALTER TABLE "public"."t" ALTER COLUMN "a" DROP DEFAULT;
-- hazard rewrite-table:t.a: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ALTER COLUMN "a" TYPE bigint[];
ALTER TABLE "public"."t" ALTER COLUMN "a" SET DEFAULT '{1}'::bigint[];

-- hazard narrow-type:t.b: text[] to character varying(3)[]: values may not fit or may be changed
-- hazard rewrite-table:t.b: the table is written anew, and nobody can read or write it meanwhile
ALTER TABLE "public"."t" ALTER COLUMN "b" TYPE character varying(3)[];
