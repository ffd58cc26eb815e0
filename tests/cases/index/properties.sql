-- Each property of an index changes.
-- since: 15

-- from
CREATE TABLE t (a integer, b text, c text, d int[]);
CREATE INDEX i_method ON t (a);
CREATE INDEX i_unique ON t (a, b);
CREATE INDEX i_columns ON t (b);
CREATE INDEX i_order ON t (a, c);
CREATE INDEX i_nulls ON t (a DESC);
CREATE INDEX i_opclass ON t (b, a);
CREATE INDEX i_collation ON t (c);
CREATE INDEX i_include ON t (c, a);
CREATE INDEX i_where ON t (c, b);
CREATE INDEX i_expression ON t (c, b, a);
CREATE INDEX i_with ON t (b, c);
CREATE UNIQUE INDEX i_distinct ON t (a, b, c);

-- to
CREATE TABLE t (a integer, b text, c text, d int[]);
CREATE INDEX i_method ON t USING hash (a);
CREATE UNIQUE INDEX i_unique ON t (a, b);
CREATE INDEX i_columns ON t (b, d);
CREATE INDEX i_order ON t (c, a);
CREATE INDEX i_nulls ON t (a DESC NULLS LAST);
CREATE INDEX i_opclass ON t (b text_pattern_ops, a);
CREATE INDEX i_collation ON t (c COLLATE "C");
CREATE INDEX i_include ON t (c) INCLUDE (a);
CREATE INDEX i_where ON t (c, b) WHERE a > 0;
CREATE INDEX i_expression ON t (lower(c), b, a);
CREATE INDEX i_with ON t (b, c) WITH (fillfactor = 70);
CREATE UNIQUE INDEX i_distinct ON t (a, b, c) NULLS NOT DISTINCT;

-- plan
DROP INDEX "public"."i_with";

DROP INDEX "public"."i_where";

DROP INDEX "public"."i_unique";

DROP INDEX "public"."i_order";

DROP INDEX "public"."i_opclass";

DROP INDEX "public"."i_nulls";

DROP INDEX "public"."i_method";

DROP INDEX "public"."i_include";

DROP INDEX "public"."i_expression";

DROP INDEX "public"."i_distinct";

DROP INDEX "public"."i_columns";

DROP INDEX "public"."i_collation";
CREATE INDEX "i_collation" ON "public"."t" USING btree (c COLLATE "C");

CREATE INDEX "i_columns" ON "public"."t" USING btree (b, d);

-- hazard add-unique:i_distinct: fails if two rows are alike
CREATE UNIQUE INDEX "i_distinct" ON "public"."t" USING btree (a, b, c) NULLS NOT DISTINCT;

CREATE INDEX "i_expression" ON "public"."t" USING btree (lower(c), b, a);

CREATE INDEX "i_include" ON "public"."t" USING btree (c) INCLUDE (a);

CREATE INDEX "i_method" ON "public"."t" USING hash (a);

CREATE INDEX "i_nulls" ON "public"."t" USING btree (a DESC NULLS LAST);

CREATE INDEX "i_opclass" ON "public"."t" USING btree (b text_pattern_ops, a);

CREATE INDEX "i_order" ON "public"."t" USING btree (c, a);

-- hazard add-unique:i_unique: fails if two rows are alike
CREATE UNIQUE INDEX "i_unique" ON "public"."t" USING btree (a, b);

CREATE INDEX "i_where" ON "public"."t" USING btree (c, b) WHERE (a > 0);

CREATE INDEX "i_with" ON "public"."t" USING btree (b, c) WITH (fillfactor='70');
