-- The shared objects of a server, as one text each. Scratch databases are left out, and so are roles of other replays:
-- other runs create and drop them at any time.
SELECT 'role', r.rolname::pg_catalog.text, pg_catalog.to_jsonb(r)::pg_catalog.text
FROM pg_catalog.pg_roles AS r
UNION ALL
SELECT 'member', pg_catalog.format('%s in %s', m.rolname, r.rolname),
       (pg_catalog.to_jsonb(a) OPERATOR(pg_catalog.-) 'grantor')::pg_catalog.text
FROM pg_catalog.pg_auth_members AS a
JOIN pg_catalog.pg_roles AS m ON m.oid OPERATOR(pg_catalog.=) a.member
JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) a.roleid
UNION ALL
SELECT 'comment on role', r.rolname::pg_catalog.text, d.description
FROM pg_catalog.pg_shdescription AS d
JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) d.objoid
WHERE d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_authid'::pg_catalog.regclass
UNION ALL
SELECT 'comment on database', b.datname::pg_catalog.text, d.description
FROM pg_catalog.pg_shdescription AS d
JOIN pg_catalog.pg_database AS b ON b.oid OPERATOR(pg_catalog.=) d.objoid
WHERE d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_database'::pg_catalog.regclass
  AND b.datname::pg_catalog.text OPERATOR(pg_catalog.!~~) 'feedstock\_scratch\_%'
UNION ALL
SELECT 'comment on tablespace', t.spcname::pg_catalog.text, d.description
FROM pg_catalog.pg_shdescription AS d
JOIN pg_catalog.pg_tablespace AS t ON t.oid OPERATOR(pg_catalog.=) d.objoid
WHERE d.classoid OPERATOR(pg_catalog.=) 'pg_catalog.pg_tablespace'::pg_catalog.regclass
UNION ALL
SELECT 'replication slot', r.slot_name::pg_catalog.text, ''
FROM pg_catalog.pg_replication_slots AS r
WHERE NOT r.temporary
UNION ALL
SELECT 'replication origin', o.roname, ''
FROM pg_catalog.pg_replication_origin AS o
UNION ALL
SELECT 'settings of', pg_catalog.concat_ws(' in ', r.rolname::pg_catalog.text, d.datname::pg_catalog.text),
       s.setconfig::pg_catalog.text
FROM pg_catalog.pg_db_role_setting AS s
LEFT JOIN pg_catalog.pg_roles AS r ON r.oid OPERATOR(pg_catalog.=) s.setrole
LEFT JOIN pg_catalog.pg_database AS d ON d.oid OPERATOR(pg_catalog.=) s.setdatabase
WHERE d.datname IS NULL OR d.datname::pg_catalog.text OPERATOR(pg_catalog.!~~) 'feedstock\_scratch\_%'
UNION ALL
SELECT 'database', d.datname::pg_catalog.text,
       (pg_catalog.to_jsonb(d) OPERATOR(pg_catalog.-) 'datfrozenxid'::pg_catalog.text
           OPERATOR(pg_catalog.-) 'datminmxid'::pg_catalog.text)::pg_catalog.text
FROM pg_catalog.pg_database AS d
WHERE d.datname::pg_catalog.text OPERATOR(pg_catalog.!~~) 'feedstock\_scratch\_%'
UNION ALL
SELECT 'tablespace', t.spcname::pg_catalog.text, pg_catalog.to_jsonb(t)::pg_catalog.text
FROM pg_catalog.pg_tablespace AS t
UNION ALL
SELECT 'subscription', s.subname::pg_catalog.text, ''
FROM pg_catalog.pg_subscription AS s
WHERE s.subdbid OPERATOR(pg_catalog.=)
      (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database())
