-- A foreign key to a column that becomes unique, in a table that is new.

-- from
CREATE TABLE a (id integer PRIMARY KEY, code text);

-- to
CREATE TABLE a (id integer PRIMARY KEY, code text UNIQUE);
CREATE TABLE b (code text REFERENCES a (code), n integer);

-- plan
CREATE TABLE "public"."b" (
    "code" text,
    "n" integer
);

-- hazard add-unique:a.a_code_key: fails if two rows are alike
ALTER TABLE "public"."a" ADD CONSTRAINT "a_code_key" UNIQUE (code);

ALTER TABLE "public"."b" ADD CONSTRAINT "b_code_fkey" FOREIGN KEY (code) REFERENCES public.a(code);
