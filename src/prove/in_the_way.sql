-- Have the files made an object that the script of this extension could use by mistake? What the superuser owns came
-- with extensions. The scripts of trusted extensions are written with that in mind.
SELECT (SELECT NOT coalesce(bool_and(v.trusted AND v.requires IS NULL), false)
        FROM pg_available_extension_versions AS v WHERE v.name = $1::name)
       AND (EXISTS (SELECT FROM pg_proc WHERE oid >= 16384::oid AND proowner <> 10::oid)
            OR EXISTS (SELECT FROM pg_operator WHERE oid >= 16384::oid AND oprowner <> 10::oid)
            OR EXISTS (SELECT FROM pg_type
                       WHERE oid >= 16384::oid AND typtype = 'd'::"char" AND typowner <> 10::oid)
            OR EXISTS (SELECT FROM pg_cast AS c
                       WHERE c.oid >= 16384::oid
                         AND EXISTS (SELECT FROM pg_type AS t
                                     WHERE (t.oid = c.castsource OR t.oid = c.casttarget)
                                       AND t.typowner <> 10::oid)))
