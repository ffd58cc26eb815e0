-- Another collation rebuilds the index, not the table.

-- measured
-- using: dramas.title = title

-- from
CREATE TABLE dramas (id integer PRIMARY KEY, title text);
CREATE INDEX dramas_title ON dramas (title);

-- to
CREATE TABLE dramas (id integer PRIMARY KEY, title text COLLATE "POSIX");
CREATE INDEX dramas_title ON dramas (title);

-- plan
-- file 1 of 2, in a transaction: changes column dramas.title
-- hazard change-collation:dramas.title: its values are compared and sorted otherwise
-- hazard scan-under-lock:dramas: nobody can read or write it while all of it is read; an index can be built concurrently, a constraint added NOT VALID and validated in a later file, and a valid check that says the same spares the reading
-- lock: AccessExclusiveLock on dramas (blocks reads and writes), while dramas is read
-- rewrites: index dramas_title
-- scans: dramas

BEGIN;

ALTER TABLE public.dramas ALTER COLUMN title TYPE text COLLATE pg_catalog."POSIX" USING title;

COMMIT;

-- file 2 of 2, in a transaction: analyzes column dramas.title
-- lock: ShareUpdateExclusiveLock on dramas (blocks neither reads nor writes)

BEGIN;

ANALYZE public.dramas (title);

COMMIT;
