//! Strings, variables, service files and password files, beside psql.

use feedstock::internals::connect::{Environment, connect_in};

use super::peer::{Judge, Peer, certificate, free_port};
use crate::support;

/// A server on which one may come in by one way only.
fn peer() -> Peer {
    let peer = Peer::start(
        "hostssl all tls_only 127.0.0.1/32 trust\n\
         hostnossl all plain_only 127.0.0.1/32 trust\n\
         hostssl tls_base any_role 127.0.0.1/32 trust\n\
         host all scram 127.0.0.1/32 scram-sha-256\n\
         host all md5 127.0.0.1/32 md5\n\
         host all clear 127.0.0.1/32 password\n\
         host all feedstock 127.0.0.1/32 trust\n\
         host ann ann 127.0.0.1/32 trust\n\
         local all scram scram-sha-256\n\
         local all local_only trust",
        "password_encryption = 'scram-sha-256'",
    );
    for role in ["tls_only", "plain_only", "any_role", "local_only", "ann"] {
        peer.sql(&format!("CREATE ROLE {role} LOGIN"));
    }
    for role in ["scram", "clear"] {
        peer.sql(&format!("CREATE ROLE {role} LOGIN PASSWORD 's3cr:et\\'"));
    }
    peer.sql("SET password_encryption = 'md5'; CREATE ROLE md5 LOGIN PASSWORD 's3cr:et\\'");
    peer.sql("CREATE DATABASE ann");
    peer.sql("CREATE DATABASE tls_base");
    peer.sql("CREATE DATABASE \"a b@c\"");
    peer
}

#[test]
fn strings_beside_psql() {
    let peer = peer();
    let (port, socket) = (peer.port, peer.socket());
    let encoded = socket.replace('/', "%2F");
    let closed = free_port();
    let strings = [
        // Where.
        format!("postgres://feedstock@127.0.0.1:{port}/postgres"),
        format!("postgresql://feedstock@127.0.0.1:{port}/postgres?application_name=x%20y"),
        format!("postgres://ann@127.0.0.1:{port}"),
        format!("postgres://feedstock@localhost:{port}/postgres?host={socket}"),
        format!("postgres://feedstock@localhost:{port}/postgres?host={encoded}"),
        format!("postgres://feedstock@{encoded}:{port}/postgres?sslmode=require"),
        format!("postgres://feedstock@{encoded}:{port}/postgres?sslmode=verify-full"),
        format!("postgres:///postgres?host={socket}&port={port}&user=feedstock"),
        format!("postgres://feedstock@/postgres?host={socket}&port={port}"),
        format!("postgres://feedstock@127.0.0.1:{closed},127.0.0.1:{port}/postgres"),
        format!("postgres://feedstock@127.0.0.1:{closed},{encoded}:{port}/postgres"),
        format!("postgres://feedstock@{encoded}:{closed},127.0.0.1:{port}/postgres"),
        format!("host=/none,{socket},127.0.0.1 port={port} user=feedstock dbname=postgres"),
        format!(
            "host=127.0.0.1,{socket} port={closed},{port} user=feedstock dbname=postgres sslmode=require"
        ),
        format!("host=nobody.invalid,127.0.0.1 port={port} user=feedstock dbname=postgres"),
        format!("host=nobody.invalid hostaddr=127.0.0.1 port={port} user=feedstock dbname=postgres"),
        format!("hostaddr=127.0.0.1 port={port} user=feedstock dbname=postgres"),
        format!("hostaddr=127.0.0.1,127.0.0.1 port={closed},{port} user=feedstock dbname=postgres"),
        format!("hostaddr=127.0.0.1,127.0.0.1 host=a port={port} user=feedstock dbname=postgres"),
        "host=a,b port=1,2,3 hostaddr=127.0.0.1 user=feedstock dbname=postgres".to_owned(),
        format!("host=127.0.0.1 port='{port} ' user=feedstock dbname=postgres"),
        "host=127.0.0.1 port=65536 user=feedstock dbname=postgres".to_owned(),
        format!("host=127.0.0.1 host={socket} port={port} user=feedstock dbname=postgres"),
        // A server that refuses is the end of a list.
        format!("host=127.0.0.1,{socket} port={port} user=local_only dbname=postgres"),
        format!("host={socket},127.0.0.1 port={port} user=local_only dbname=postgres"),
        // Who.
        format!("postgres://feedstock@127.0.0.1:{port}/a%20b%40c"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname='a b@c'"),
        format!("postgres://scram:s3cr:et%5C@127.0.0.1:{port}/postgres"),
        format!("postgres://scram:s3cr%3Aet%5C@127.0.0.1:{port}/postgres"),
        format!("postgres://scram@127.0.0.1:{port}/postgres?password=s3cr:et%5C"),
        format!("host=127.0.0.1 port={port} user=scram password=s3cr:et\\\\ dbname=postgres"),
        format!("host=127.0.0.1 port = {port} user ='scram' password='s3cr:et\\\\' dbname=postgres"),
        format!("host=127.0.0.1 port={port} user=scram password='s3cr:et\\\\'dbname=postgres"),
        format!("host=127.0.0.1 port={port} user=scram dbname=postgres"),
        format!("host=127.0.0.1 port={port} user=md5 password=s3cr:et\\\\ dbname=postgres"),
        format!("host=127.0.0.1 port={port} user=clear password=s3cr:et\\\\ dbname=postgres"),
        format!(
            "host=127.0.0.1 port={port} user=md5 password=s3cr:et\\\\ dbname=postgres channel_binding=require"
        ),
        format!("host=127.0.0.1 port={port} user=clear password=wrong dbname=postgres"),
        format!("postgres://nobody@127.0.0.1:{port}/postgres"),
        format!("postgres://feedstock@127.0.0.1:{port}/none"),
        // The rules of pg_hba.conf, by every sslmode; see `prefer_and_allow_fall_back` too.
        format!("postgres://tls_only@127.0.0.1:{port}/postgres?ssl=true"),
        format!("postgres://plain_only@127.0.0.1:{port}/postgres?ssl=true"),
        format!("host=127.0.0.1 port={port} user=tls_only dbname=postgres requiressl=1"),
        format!("host=127.0.0.1 port={port} user=plain_only dbname=postgres requiressl=0"),
        // What hosted URLs carry.
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?gssencmode=disable&client_encoding=UTF8"),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?client_encoding=auto&gssencmode=prefer"),
        format!(
            "postgres://feedstock@127.0.0.1:{port}/postgres?keepalives=1&keepalives_idle=30&tcp_user_timeout=1000"
        ),
        format!(
            "postgres://feedstock@127.0.0.1:{port}/postgres?keepalives_interval=5&keepalives_count=3&keepalives=0"
        ),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?connect_timeout=5"),
        format!(
            "postgres://feedstock@127.0.0.1:{port}/postgres?application_name=y&fallback_application_name=x"
        ),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?options=-c%20search_path%3Dx,y"),
        format!(
            "host=127.0.0.1 port={port} user=feedstock dbname=postgres options='-c search_path=x -c TimeZone=UTC'"
        ),
        format!(
            "postgres://feedstock@127.0.0.1:{port}/postgres?sslcompression=0&krbsrvname=x&sslsni=0&replication=0"
        ),
        // What makes no sense.
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?no_such=1"),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?sslmode"),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?options=a=b"),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?sslmode=Prefer"),
        format!("postgres://feedstock@127.0.0.1:{port}/postgres?sslmode="),
        format!("postgres://feedstock@127.0.0.1:{port}/%zz"),
        format!("postgres://feedstock@127.0.0.1:{port}/%00"),
        format!("postgres://feedstock@[127.0.0.1:{port}/postgres"),
        format!("postgres://feedstock@[]:{port}/postgres"),
        format!("POSTGRES://feedstock@127.0.0.1:{port}/postgres"),
        format!(" postgres://feedstock@127.0.0.1:{port}/postgres"),
        format!("\"postgres://feedstock@127.0.0.1:{port}/postgres\""),
        format!("postgresql+psycopg://feedstock@127.0.0.1:{port}/postgres"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname='postgres"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname=postgres connect_timeout=5s"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname=postgres gssencmode=maybe"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname=postgres target_session_attrs=master"),
        format!("host=127.0.0.1 port={port} user=feedstock dbname=postgres channel_binding="),
        format!("service=none host=127.0.0.1 port={port} user=feedstock dbname=postgres"),
    ];
    let judge = Judge::new(&[]);
    let differences: Vec<String> = strings.iter().filter_map(|string| judge.difference(string)).collect();
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        strings.len(),
        differences.join("\n")
    );
    // psql gives one of its own.
    let ours =
        judge.ours(&format!("postgres://feedstock@127.0.0.1:{port}/postgres?fallback_application_name=me"));
    assert!(ours.unwrap().contains("|me|"));
    let let_in = strings.iter().filter(|string| judge.ours(string).is_ok()).count();
    assert!(let_in > 30, "only {let_in} came in");
}

#[test]
fn prefer_and_allow_fall_back_beside_psql() {
    let peer = peer();
    let mut differences = Vec::new();
    for presented in [Some("named"), None] {
        peer.present(presented);
        for mode in ["disable", "allow", "prefer", "require"] {
            for (user, passwords) in [
                ("tls_only", &[""][..]),
                ("plain_only", &[""]),
                ("nobody", &[""]),
                ("any_role", &[""]),
                ("scram", &["s3cr:et\\", "wrong"]),
                ("md5", &["s3cr:et\\", "wrong"]),
            ] {
                for dbname in ["postgres", "tls_base"] {
                    for password in passwords {
                        let string = format!("host=127.0.0.1 port={} user={user} dbname={dbname}", peer.port);
                        let judge = Judge::new(&[("PGSSLMODE", mode), ("PGPASSWORD", password)]);
                        differences.extend(judge.difference(&string));
                    }
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_environment_beside_psql() {
    let peer = peer();
    let (port, socket, closed) = (peer.port.to_string(), peer.socket(), free_port().to_string());
    let socket = socket.as_str();
    let whole = format!("host=127.0.0.1 port={port} user=feedstock dbname=postgres");
    let rows: Vec<(Vec<(&str, &str)>, &str)> = vec![
        (
            vec![
                ("PGHOST", "127.0.0.1"),
                ("PGPORT", &port),
                ("PGUSER", "feedstock"),
                ("PGDATABASE", "postgres"),
            ],
            "sslmode=prefer",
        ),
        (
            vec![("PGHOST", socket), ("PGPORT", &port), ("PGUSER", "feedstock"), ("PGDATABASE", "postgres")],
            "postgres://",
        ),
        (vec![("PGHOST", socket), ("PGPORT", &port)], "postgres://feedstock@/postgres"),
        (vec![("PGHOST", "/none"), ("PGPORT", &closed), ("PGUSER", "x"), ("PGDATABASE", "x")], &whole),
        (
            vec![("PGHOSTADDR", "127.0.0.1"), ("PGPORT", &port)],
            "host=nobody.invalid user=feedstock dbname=postgres",
        ),
        (vec![("PGHOSTADDR", "127.0.0.1")], "host=a,b user=feedstock dbname=postgres"),
        (vec![("PGHOSTADDR", "x")], &whole),
        (vec![("PGOPTIONS", "-c search_path=x")], &whole),
        (vec![("PGAPPNAME", "me")], &whole),
        (vec![("PGTZ", "Asia/Tokyo"), ("PGDATESTYLE", "German, DMY"), ("PGGEQO", "off")], &whole),
        (vec![("PGTZ", "default")], &whole),
        (vec![("PGSSLMODE", "")], &whole),
        (vec![("PGSSLMODE", "nonsense")], &whole),
        (vec![("PGSSLMODE", "disable")], &whole),
        (vec![("PGREQUIRESSL", "1")], &whole),
        (vec![("PGCONNECT_TIMEOUT", "x")], &whole),
        (vec![("PGCONNECT_TIMEOUT", "3")], &whole),
        (vec![("PGCHANNELBINDING", "require")], &whole),
        (vec![("PGTARGETSESSIONATTRS", "standby")], &whole),
        (vec![("PGTARGETSESSIONATTRS", "read-write")], &whole),
        (vec![("PGGSSENCMODE", "disable"), ("PGKRBSRVNAME", "x"), ("PGCLIENTENCODING", "UTF8")], &whole),
        (vec![("PGSSLMINPROTOCOLVERSION", "TLSv1.3")], &whole),
        (vec![("PGSSLMAXPROTOCOLVERSION", "nonsense")], &whole),
        (vec![("PGSERVICE", "none")], &whole),
    ];
    let differences: Vec<String> =
        rows.iter().filter_map(|(variables, string)| Judge::new(variables).difference(string)).collect();
    assert!(differences.is_empty(), "{} of {}:\n{}", differences.len(), rows.len(), differences.join("\n"));
}

#[test]
fn services_beside_psql() {
    let peer = peer();
    let port = peer.port;
    let services = format!(
        "# ours\n[one]\nhost=127.0.0.1\nport={port}\nuser=feedstock\ndbname=postgres\napplication_name=a b\n\n\
         [two]\nhost = 127.0.0.1\n[three]\nhost=127.0.0.1\nport={port}\nport=1\nuser=feedstock\ndbname=postgres\n\
         [typo]\nhots=x\n[nested]\nservice=one\n[no_value]\nhost\n"
    );
    let named = peer.file("services", services.as_bytes(), 0o644);
    peer.file("home/.pg_service.conf", services.replace("[one]", "[home]").as_bytes(), 0o644);
    let home = peer.directory.path().join("home").display().to_string();
    let system = peer.directory.path().join("system").display().to_string();
    peer.file("system/pg_service.conf", services.replace("[one]", "[system]").as_bytes(), 0o644);
    let mut differences = Vec::new();
    for service in ["one", "two", "three", "typo", "nested", "no_value", "none", "home", "system"] {
        for variables in [
            vec![("PGSERVICEFILE", named.as_str())],
            vec![("PGSERVICEFILE", "/none")],
            vec![("HOME", &home)],
            vec![("HOME", &home), ("PGSYSCONFDIR", &system)],
            vec![("PGSERVICEFILE", &named), ("PGSYSCONFDIR", &system), ("PGPORT", "1"), ("PGAPPNAME", "x")],
        ] {
            differences.extend(Judge::new(&variables).difference(&format!("service={service} dbname=ann")));
            let with_variable = [variables, vec![("PGSERVICE", service)]].concat();
            differences.extend(Judge::new(&with_variable).difference("sslmode=disable"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let judge = Judge::new(&[("PGSERVICEFILE", &named)]);
    assert!(judge.ours("service=one").unwrap().contains("a b"));
}

#[test]
fn password_files_beside_psql() {
    let peer = peer();
    let (port, socket) = (peer.port, peer.socket());
    let password = "s3cr\\:et\\\\";
    let files = [
        format!("127.0.0.1:{port}:postgres:scram:{password}\n"),
        format!("*:*:*:*:{password}"),
        format!("# comment\n\nx:1:y:z:no\n127.0.0.1:*:*:scram:{password}\r\n"),
        format!("127.0.0.1:*:*:*:wrong\n*:*:*:*:{password}\n"),
        format!("localhost:*:*:*:{password}\n"),
        format!("{socket}:*:*:*:{password}\n"),
        format!("127.0.0.1:{port}:other:scram:{password}\n"),
        "127.0.0.1:*:*:*:\n".to_owned(),
    ];
    let mut differences = Vec::new();
    let places = [
        "host=127.0.0.1",
        "host=localhost hostaddr=127.0.0.1",
        "hostaddr=127.0.0.1",
        &format!("host={socket}"),
    ];
    for (number, text) in files.iter().enumerate() {
        // One file is tried with every mode.
        let modes: &[u32] = if number == 1 { &[0o600, 0o400, 0o640, 0o604] } else { &[0o600] };
        for mode in modes {
            let name = format!("{number}-{mode:o}");
            let file = peer.file(&format!("{name}/.pgpass"), text.as_bytes(), *mode);
            let home = peer.directory.path().join(name).display().to_string();
            for place in places {
                let string = format!("{place} port={port} user=scram dbname=postgres");
                differences.extend(Judge::new(&[("HOME", &home)]).difference(&string));
            }
            let string = format!("{} port={port} user=scram dbname=postgres", places[0]);
            differences.extend(Judge::new(&[("PGPASSFILE", &file)]).difference(&string));
            differences.extend(Judge::new(&[]).difference(&format!("{string} passfile={file}")));
            for password in ["wrong", ""] {
                let both = [("PGPASSFILE", file.as_str()), ("PGPASSWORD", password)];
                differences.extend(Judge::new(&both).difference(&string));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let home = peer.directory.path().join("1-640").display().to_string();
    let string = format!("host=127.0.0.1 port={port} user=scram dbname=postgres");
    let message = Judge::new(&[("HOME", &home)]).ours(&string).unwrap_err();
    assert!(message.contains("chmod 0600"), "{message}");
}

#[test]
fn addresses_of_ipv6_beside_psql() {
    if let Err(error) = std::net::TcpListener::bind("[::1]:0") {
        support::not_applicable(&format!("IPv6, which this machine does not have: {error}"));
        return;
    }
    let peer = Peer::start(
        "host all feedstock ::1/128 trust\nhost all feedstock 127.0.0.1/32 trust\n\
         host all scram ::1/128 scram-sha-256",
        "listen_addresses = '127.0.0.1, ::1'\nssl_cert_file = 'address.crt'\nssl_key_file = 'address.key'",
    );
    peer.sql("CREATE ROLE scram LOGIN PASSWORD 's3cret'");
    let only_six = Peer::start("host all feedstock ::1/128 trust", "listen_addresses = '::1'");
    let (port, six, closed) = (peer.port, only_six.port, free_port());
    let root = certificate("root.crt").display().to_string();
    let passwords = peer.file("pgpass", b"\\:\\:1:*:*:scram:s3cret\n", 0o600);
    let strings = [
        format!("postgres://feedstock@[::1]:{port}/postgres"),
        format!("postgres://feedstock@[0:0:0:0:0:0:0:1]:{port}/postgres"),
        format!("postgres://feedstock@[::1]:{port}"),
        format!("postgres://feedstock@[::1]/postgres?port={port}"),
        format!("postgres://feedstock@[::1]:{closed},127.0.0.1:{port}/postgres"),
        format!("postgres://feedstock@127.0.0.1:{closed},[::1]:{port}/postgres"),
        format!("postgres://feedstock@[::1],127.0.0.1:{port}/postgres?port={port}"),
        format!("postgres://feedstock@[::1:{port}/postgres"),
        format!("postgres://feedstock@::1:{port}/postgres"),
        format!("postgres://feedstock@[::1]x:{port}/postgres"),
        format!("postgres://feedstock@%3A%3A1:{port}/postgres"),
        format!("host=::1 port={port} user=feedstock dbname=postgres"),
        format!("host=[::1] port={port} user=feedstock dbname=postgres"),
        format!("hostaddr=::1 port={port} user=feedstock dbname=postgres"),
        format!("hostaddr=[::1] port={port} user=feedstock dbname=postgres"),
        format!("host=nobody.invalid hostaddr=::1 port={port} user=feedstock dbname=postgres"),
        format!("host=::1,127.0.0.1 port={closed},{port} user=feedstock dbname=postgres"),
        format!("hostaddr=::1,127.0.0.1 port={closed},{port} user=feedstock dbname=postgres"),
        // A name with several addresses: a server listens on one of them.
        format!("host=localhost port={six} user=feedstock dbname=postgres"),
        format!("host=127.0.0.1 port={six} user=feedstock dbname=postgres"),
        format!("host=::1 port={port} user=feedstock dbname=postgres sslmode=verify-full sslrootcert={root}"),
        format!("host=::1 port={six} user=feedstock dbname=postgres sslmode=verify-full sslrootcert={root}"),
        format!("host=::1 port={port} user=scram dbname=postgres passfile={passwords}"),
        format!("host=0::1 port={port} user=scram dbname=postgres passfile={passwords}"),
        format!("hostaddr=::1 port={port} user=scram dbname=postgres passfile={passwords}"),
    ];
    let judge = Judge::new(&[]);
    let differences: Vec<String> = strings.iter().filter_map(|string| judge.difference(string)).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let let_in = strings.iter().filter(|string| judge.ours(string).is_ok()).count();
    assert!(let_in >= 14, "only {let_in} came in");
    let message = judge.ours(&format!("postgres://feedstock@[::1]:{closed}/postgres")).unwrap_err();
    assert!(message.starts_with(&format!("cannot connect to host ::1, port {closed}")), "{message}");
}

/// The driver's own text says only what it was doing; the help is that of its cause.
#[test]
fn what_the_driver_misses_is_said() {
    let peer = peer();
    let port = peer.port;
    for (string, parts) in [
        (
            format!("host=127.0.0.1 port={port} user=scram dbname=postgres"),
            ["password missing", "PGPASSWORD"],
        ),
        (format!("host=127.0.0.1 port={port} user=md5 dbname=postgres"), ["password missing", "~/.pgpass"]),
        (
            format!(
                "host=127.0.0.1 port={port} user=clear password=s3cr:et\\\\ dbname=postgres channel_binding=require"
            ),
            ["channel binding", "help: the server authenticates without channel binding"],
        ),
    ] {
        let said = connect_in(&string, &Environment::none()).err().expect("it fails").to_string();
        for part in parts {
            assert!(said.contains(part), "{said}\n  lacks: {part}");
        }
        assert!(!said.contains("check that the server runs"), "{said}");
    }
}
