-- A view on a column whose type changes is locked with it.

-- measured
-- allow: rewrite-table:images

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE VIEW v AS SELECT id, size FROM images;

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size bigint, prompt varchar(20));
CREATE INDEX images_size ON images (size);
CREATE VIEW v AS SELECT id, size FROM images;

-- plan
-- file 1 of 2, in a transaction: creates view v; changes column images.size; drops view v
-- hazard change-type:v.size: integer to bigint: a program that expects the old type may fail
-- hazard change-type:images.size: integer to bigint: a program that expects the old type may fail
-- hazard rewrite-table:images: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- hazard block-reads:v: nobody can read or write it while images is worked on; do that work in a later file
-- lock: AccessExclusiveLock on v (blocks reads and writes), while images is rewritten
-- lock: AccessExclusiveLock on images (blocks reads and writes) from statement 2 on, while images is rewritten
-- rewrites: images, 2 indexes of images
-- scans: images

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.images ALTER COLUMN size TYPE bigint;

CREATE VIEW public.v AS
 SELECT images.id,
    images.size
   FROM public.images;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column images.size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

ANALYZE public.images (size);

COMMIT;

-- plan from 16
-- file 1 of 2, in a transaction: creates view v; changes column images.size; drops view v
-- hazard change-type:v.size: integer to bigint: a program that expects the old type may fail
-- hazard change-type:images.size: integer to bigint: a program that expects the old type may fail
-- hazard rewrite-table:images: nobody can read or write it while all of it is written anew; in use, a column is better replaced by a new one, filled in batches
-- hazard block-reads:v: nobody can read or write it while images is worked on; do that work in a later file
-- lock: AccessExclusiveLock on v (blocks reads and writes), while images is rewritten
-- lock: AccessExclusiveLock on images (blocks reads and writes) from statement 2 on, while images is rewritten
-- rewrites: images, 2 indexes of images
-- scans: images

BEGIN;

DROP VIEW public.v;

ALTER TABLE public.images ALTER COLUMN size TYPE bigint;

CREATE VIEW public.v AS
 SELECT id,
    size
   FROM public.images;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column images.size
-- lock: ShareUpdateExclusiveLock on images (blocks neither reads nor writes)

BEGIN;

ANALYZE public.images (size);

COMMIT;
