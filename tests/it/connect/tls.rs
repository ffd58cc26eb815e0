//! `sslmode`, certificates and revocation lists, beside libpq.

use std::fs;
use std::process::Command;

use feedstock::internals::connect::{Environment, cancel, connect_in};

use super::peer::{Judge, Peer, certificate};
use crate::support;

const MODES: [&str; 7] = ["", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

/// What the server presents, the host that it is reached as, and the file that is right for it.
const PRESENTED: &[(Option<&str>, &str, &str)] = &[
    (Some("named"), "db.example.com", "root"),
    (Some("other"), "db.example.com", "root"),
    (Some("wildcard"), "db.example.com", "root"),
    (Some("wildcard"), "a.db.example.com", "root"),
    (Some("address"), "127.0.0.1", "root"),
    (Some("address"), "db.example.com", "root"),
    (Some("named"), "127.0.0.1", "root"),
    (Some("named"), "", "root"),
    (Some("v1"), "db.example.com", "root"),
    (Some("v1"), "x.example.com", "root"),
    (Some("v1_chain"), "db.example.com", "root"),
    (Some("chain"), "db.example.com", "root"),
    // A root of libpq's has signed itself.
    (Some("chain"), "db.example.com", "link"),
    (Some("self"), "db.example.com", "self"),
    (Some("self"), "x.example.com", "self"),
    (Some("self_leaf"), "db.example.com", "self_leaf"),
    (Some("sha384"), "db.example.com", "root"),
    (Some("sha512"), "db.example.com", "sha512"),
    (Some("ed25519"), "db.example.com", "root"),
    (Some("expired"), "db.example.com", "root"),
    (Some("client_use"), "db.example.com", "root"),
    (None, "db.example.com", "root"),
];

/// Every `sslmode` with every file of roots against every certificate; returns how many there were.
pub fn beside_libpq() -> usize {
    let peer = Peer::start("host all all 127.0.0.1/32 trust", "");
    let judge = Judge::new(&[]);
    let (mut count, mut differences) = (0, Vec::new());
    let mut shown = Some("named");
    for (presented, host, right) in PRESENTED {
        if *presented != shown {
            peer.present(*presented);
            shown = *presented;
        }
        // Some are tried with everything, and the others where it is they who decide.
        let all = ["named", "other", "self"].contains(&presented.unwrap_or("named")) && *host != "127.0.0.1";
        let (modes, files) = if all {
            (&MODES[..], vec!["", *right, "wrong", "missing", "system"])
        } else {
            (&["require", "verify-ca", "verify-full"][..], vec![*right])
        };
        for mode in modes {
            for roots in &files {
                let mut string =
                    format!("hostaddr=127.0.0.1 port={} user=feedstock dbname=postgres", peer.port);
                if !host.is_empty() {
                    string.push_str(&format!(" host={host}"));
                }
                if !mode.is_empty() {
                    string.push_str(&format!(" sslmode={mode}"));
                }
                count += 1;
                if *roots == "system" {
                    // libpq knows the word since 16. None of these certificates is one of the system's.
                    let ours = judge.ours(&format!("{string} sslrootcert=system"));
                    let refused = ours.is_err();
                    differences.extend((!refused).then(|| format!("{string} sslrootcert=system: {ours:?}")));
                    continue;
                }
                if !roots.is_empty() {
                    string.push_str(&format!(
                        " sslrootcert={}",
                        certificate(&format!("{roots}.crt")).display()
                    ));
                }
                differences.extend(judge.difference(&string).map(|text| format!("{presented:?}: {text}")));
            }
        }
    }
    assert!(differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
    count
}

/// The system's authorities are those of a file here, as OpenSSL finds them: the program is a process of its own.
#[test]
fn the_systems_authorities_verify() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 trust", "");
    let project = tempfile::tempdir().unwrap();
    fs::create_dir(project.path().join("migrations")).unwrap();
    let (root, wrong) = (certificate("root.crt"), certificate("wrong.crt"));
    let libpq_knows = support::server().version() >= 160_000;
    if !libpq_knows {
        support::not_applicable("sslrootcert=system beside psql, which knows it since 16");
    }
    for (host, mode, authorities, is_let_in) in [
        ("db.example.com", "", &root, true),
        ("db.example.com", "sslmode=verify-full", &root, true),
        ("db.example.com", "", &wrong, false),
        ("other.example.com", "", &root, false),
        ("db.example.com", "sslmode=require", &root, false),
        ("db.example.com", "sslmode=verify-ca", &root, false),
    ] {
        let string = format!(
            "host={host} hostaddr=127.0.0.1 port={} user=feedstock dbname=postgres sslrootcert=system {mode}",
            peer.port
        );
        let output = Command::new(env!("CARGO_BIN_EXE_feedstock"))
            .args(["status", "--database-url", &string])
            .current_dir(project.path())
            .env("SSL_CERT_FILE", authorities)
            .env_remove("SSL_CERT_DIR")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), is_let_in, "{string}: {said}");
        assert!(is_let_in || said.contains("TLS") || said.contains("verify-full"), "{string}: {said}");
        if libpq_knows {
            let authorities = authorities.display().to_string();
            let psql = Judge::new(&[("SSL_CERT_FILE", &authorities)]).psql(&string);
            assert_eq!(psql.is_ok(), is_let_in, "{string}: {psql:?}");
        }
    }
}

#[test]
fn files_of_the_home_directory_and_the_environment_count() {
    let peer = Peer::start("host all all 127.0.0.1/32 trust", "");
    let root = fs::read(certificate("root.crt")).unwrap();
    let wrong = fs::read(certificate("wrong.crt")).unwrap();
    peer.file("right/.postgresql/root.crt", &root, 0o644);
    peer.file("wrong/.postgresql/root.crt", &wrong, 0o644);
    peer.file("broken/.postgresql/root.crt", b"no certificate", 0o644);
    peer.file("none/x", b"", 0o644);
    let root_file = certificate("root.crt").display().to_string();
    let wrong_file = certificate("wrong.crt").display().to_string();
    let string =
        format!("host=db.example.com hostaddr=127.0.0.1 port={} user=feedstock dbname=postgres", peer.port);
    let mut differences = Vec::new();
    for home in ["right", "wrong", "broken", "none"] {
        let home = peer.directory.path().join(home).display().to_string();
        for mode in MODES {
            for roots in ["", &root_file, &wrong_file] {
                let mut variables = vec![("HOME", home.as_str())];
                variables.extend((!mode.is_empty()).then_some(("PGSSLMODE", mode)));
                variables.extend((!roots.is_empty()).then_some(("PGSSLROOTCERT", roots)));
                differences.extend(Judge::new(&variables).difference(&string));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    // The one of the issue: it must not connect unverified.
    let judge = Judge::new(&[("PGSSLMODE", "verify-full"), ("PGSSLROOTCERT", &wrong_file)]);
    assert!(judge.ours(&string).unwrap_err().contains("TLS"));
    let message = Judge::new(&[("PGSSLMODE", "verify-full")]).ours(&string).unwrap_err();
    assert!(message.contains("sslrootcert=system"), "{message}");
}

#[test]
fn client_certificates_beside_libpq() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 cert", "");
    peer.sql("CREATE ROLE certified LOGIN");
    let read = |name: &str| fs::read(certificate(name)).unwrap();
    let key = peer.file("client.key", &read("client.key"), 0o600);
    let open_key = peer.file("open.key", &read("client.key"), 0o644);
    let other_key = peer.file("other.key", &read("other.key"), 0o600);
    let encrypted = peer.file("encrypted.key", &read("encrypted.key"), 0o600);
    let stranger_key = peer.file("stranger.key", &read("stranger.key"), 0o600);
    peer.file("home/.postgresql/postgresql.crt", &read("client.crt"), 0o644);
    peer.file("home/.postgresql/postgresql.key", &read("client.key"), 0o600);
    peer.file("keyless/.postgresql/postgresql.crt", &read("client.crt"), 0o644);
    let (cert, stranger) = (certificate("client.crt"), certificate("stranger.crt"));
    let (cert, stranger) = (cert.display(), stranger.display());
    let home = |name: &str| peer.directory.path().join(name).display().to_string();
    let base = format!("host=localhost hostaddr=127.0.0.1 port={} dbname=postgres", peer.port);
    let mut differences = Vec::new();
    for user in ["certified", "feedstock"] {
        for mode in ["prefer", "require"] {
            for files in [
                String::new(),
                format!("sslcert={cert} sslkey={key}"),
                format!("sslcert={cert} sslkey={open_key}"),
                format!("sslcert={cert} sslkey={other_key}"),
                format!("sslcert={cert} sslkey=/none"),
                format!("sslcert={cert}"),
                format!("sslcert=/none sslkey={key}"),
                format!("sslcert={stranger} sslkey={stranger_key}"),
                format!("sslcert={cert} sslkey={encrypted}"),
            ] {
                let string = format!("{base} user={user} sslmode={mode} {files}");
                differences.extend(Judge::new(&[]).difference(&string));
            }
            for name in ["home", "keyless"] {
                let string = format!("{base} user={user} sslmode={mode}");
                differences.extend(Judge::new(&[("HOME", &home(name))]).difference(&string));
            }
            let (cert, key) = (cert.to_string(), key.as_str());
            let judge = Judge::new(&[("PGSSLCERT", &cert), ("PGSSLKEY", key)]);
            differences.extend(judge.difference(&format!("{base} user={user} sslmode={mode}")));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let with = |more: &str| Judge::new(&[]).ours(&format!("{base} user=certified sslmode=require {more}"));
    with(&format!("sslcert={cert} sslkey={key}")).unwrap();
    assert!(with(&format!("sslcert={cert} sslkey={key} sslcertmode=disable")).is_err());
    let message = with(&format!("sslcert={cert} sslkey={encrypted} sslpassword=sesame")).unwrap_err();
    assert!(
        message.contains("is encrypted, which is not supported") && !message.contains("sesame"),
        "{message}"
    );
}

#[test]
fn revocation_lists_beside_libpq() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 trust", "");
    let (root, revoked) = (certificate("root.crt"), certificate("root.crl"));
    let (root, revoked) = (root.display(), revoked.display());
    let read = |name: &str| fs::read(certificate(name)).unwrap();
    peer.file("home/.postgresql/root.crt", &read("root.crt"), 0o644);
    peer.file("home/.postgresql/root.crl", &read("root.crl"), 0o644);
    let home = peer.directory.path().join("home").display().to_string();
    let base =
        format!("host=db.example.com hostaddr=127.0.0.1 port={} user=feedstock dbname=postgres", peer.port);
    let mut differences = Vec::new();
    for presented in ["named", "revoked"] {
        peer.present(Some(presented));
        for mode in ["require", "verify-full"] {
            for files in [
                format!("sslrootcert={root}"),
                format!("sslrootcert={root} sslcrl={revoked}"),
                format!("sslcrl={revoked}"),
            ] {
                differences.extend(Judge::new(&[]).difference(&format!("{base} sslmode={mode} {files}")));
            }
            let judge = Judge::new(&[("HOME", &home)]);
            differences.extend(judge.difference(&format!("{base} sslmode={mode}")));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    // Stricter than libpq: a list that is named is read, or nothing is believed.
    let ours = Judge::new(&[]).ours(&format!("{base} sslmode=require sslrootcert={root} sslcrl=/none"));
    assert!(ours.unwrap_err().contains("/none of sslcrl cannot be used"));
}

#[test]
fn channel_binding_beside_libpq() {
    let peer = Peer::start("host all all 127.0.0.1/32 scram-sha-256\nlocal all all scram-sha-256", "");
    peer.sql("CREATE ROLE ann LOGIN PASSWORD 'p a:s\\s'");
    let mut differences = Vec::new();
    for presented in ["named", "sha384", "sha512", "v1", "self"] {
        peer.present(Some(presented));
        for binding in ["disable", "prefer", "require"] {
            for mode in ["disable", "require"] {
                for password in ["'p a:s\\\\s'", "wrong", "''"] {
                    let string = format!(
                        "host=localhost hostaddr=127.0.0.1 port={} user=ann dbname=postgres sslmode={mode} \
                         channel_binding={binding} password={password}",
                        peer.port
                    );
                    differences.extend(Judge::new(&[("PGCHANNELBINDING", "disable")]).difference(&string));
                }
            }
        }
        let string = format!(
            "host=localhost hostaddr=127.0.0.1 port={} user=ann dbname=postgres sslmode=require",
            peer.port
        );
        let judge = Judge::new(&[("PGCHANNELBINDING", "require"), ("PGPASSWORD", "p a:s\\s")]);
        judge.ours(&string).unwrap_or_else(|error| panic!("{presented}: {error}"));
        differences.extend(judge.difference(&string));
        let socket = format!("host={} port={} user=ann dbname=postgres", peer.socket(), peer.port);
        differences.extend(judge.difference(&socket));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    // OpenSSL has no digest for it, on either side, so nobody can bind to it; without binding it serves.
    peer.present(Some("ed25519"));
    let string = format!(
        "host=localhost hostaddr=127.0.0.1 port={} user=ann dbname=postgres sslmode=require channel_binding=disable",
        peer.port
    );
    Judge::new(&[("PGPASSWORD", "p a:s\\s")]).ours(&string).unwrap();
    assert!(support::server().version() > 0);
}

#[test]
fn versions_of_tls_beside_libpq() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 trust", "ssl_max_protocol_version = 'TLSv1.2'");
    let base = format!("host=localhost hostaddr=127.0.0.1 port={} user=feedstock dbname=postgres", peer.port);
    let mut differences = Vec::new();
    for presented in ["named", "v1"] {
        peer.present(Some(presented));
        for versions in [
            "",
            "ssl_min_protocol_version=TLSv1.3",
            "ssl_max_protocol_version=TLSv1.2",
            "ssl_min_protocol_version=tlsv1.2 ssl_max_protocol_version=TLSV1.3",
            "ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2",
            "ssl_min_protocol_version=''",
            "ssl_min_protocol_version=1.2",
        ] {
            for mode in ["require", "verify-full"] {
                let root = certificate("root.crt");
                let string = format!("{base} sslmode={mode} sslrootcert={} {versions}", root.display());
                differences.extend(
                    Judge::new(&[]).difference(&string.replace("host=localhost", "host=db.example.com")),
                );
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn a_statement_is_cancelled_over_tls() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 trust\nlocal all all trust", "");
    let root = certificate("root.crt").display().to_string();
    let socket = peer.socket();
    for place in ["host=localhost hostaddr=127.0.0.1 sslmode=verify-full", &format!("host={socket}")] {
        let string = format!("{place} port={} sslrootcert={root} user=feedstock dbname=postgres", peer.port);
        let environment = Environment::none();
        let mut client = connect_in(&string, &environment).unwrap();
        let token = client.cancel_token();
        let canceller = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            cancel(&string, &environment, &token).unwrap();
        });
        let error = client.batch_execute("SELECT pg_sleep(30)").unwrap_err();
        assert_eq!(error.code(), Some(&postgres::error::SqlState::QUERY_CANCELED), "{error}");
        canceller.join().unwrap();
    }
}
