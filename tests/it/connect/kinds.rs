//! `target_session_attrs` and `load_balance_hosts`, beside psql: a primary, its hot standby, a server that starts.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use super::peer::{Judge, Peer, free_port};
use crate::support;

const KINDS: [&str; 6] = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];

/// A server that answers to everybody that it is starting.
fn starting() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let fields = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0";
    let mut answer = vec![b'E'];
    answer.extend(u32::try_from(fields.len() + 4).unwrap().to_be_bytes());
    answer.extend(fields);
    thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let answer = answer.clone();
            thread::spawn(move || {
                let mut packet = [0; 1024];
                // A packet of 8 bytes asks for TLS or the like.
                while client.read(&mut packet).is_ok_and(|length| length == 8) {
                    client.write_all(b"N").unwrap();
                }
                let _ = client.write_all(&answer);
            });
        }
    });
    port
}

#[test]
fn kinds_of_servers_beside_psql() {
    let primary = Peer::start("local replication feedstock trust\nhost all feedstock 127.0.0.1/32 trust", "");
    // A primary may be read-only too.
    primary.sql("CREATE DATABASE read_only");
    primary.sql("ALTER ROLE feedstock IN DATABASE read_only SET default_transaction_read_only = on");
    let standby = primary.standby();
    support::eventually("the standby knows what was made on the primary", || {
        standby.sql("SELECT count(*) FROM pg_database WHERE datname = 'read_only'") == "1"
    });
    assert_eq!(standby.sql("SELECT pg_is_in_recovery()"), "t");
    let (one, two, closed, starting) = (primary.port, standby.port, free_port(), starting());
    let mut hosts = Vec::new();
    for ports in [
        vec![one],
        vec![two],
        vec![one, two],
        vec![two, one],
        vec![closed, two, one],
        vec![starting],
        vec![starting, one],
        vec![starting, two, closed, one],
        vec![one, starting],
        vec![one, one],
        vec![two, two],
    ] {
        let names = vec!["127.0.0.1"; ports.len()].join(",");
        let ports: Vec<String> = ports.iter().map(ToString::to_string).collect();
        hosts.push(format!("host={names} port={}", ports.join(",")));
    }
    hosts.push(format!("host={},{} port={one},{two}", primary.socket(), standby.socket()));
    hosts.push(format!("host={},127.0.0.1 port={two},{one}", standby.socket()));
    let (mut count, mut differences) = (0, Vec::new());
    for kind in KINDS {
        for dbname in ["postgres", "read_only"] {
            for hosts in &hosts {
                let string = format!("{hosts} user=feedstock dbname={dbname}");
                let said = format!("{string} target_session_attrs={kind}");
                count += 1;
                differences.extend(Judge::new(&[]).difference(&said));
            }
            let string = format!("{} user=feedstock dbname={dbname}", hosts[2]);
            count += 1;
            differences.extend(Judge::new(&[("PGTARGETSESSIONATTRS", kind)]).difference(&string));
        }
    }
    assert!(differences.is_empty(), "{} of {count}:\n{}", differences.len(), differences.join("\n"));
}

/// psql knows `load_balance_hosts` since 16; whatever the order, the kind decides.
#[test]
fn a_random_order_leads_to_the_kind_that_was_asked_for() {
    let primary = Peer::start("local replication feedstock trust\nhost all feedstock 127.0.0.1/32 trust", "");
    let standby = primary.standby();
    let string = format!(
        "host=127.0.0.1,127.0.0.1,127.0.0.1 port={},{},{} user=feedstock dbname=postgres load_balance_hosts=random",
        free_port(),
        primary.port,
        standby.port
    );
    let judge = Judge::new(&[]);
    let port = |kind: &str| {
        let answer = judge.ours(&format!("{string} target_session_attrs={kind}")).unwrap();
        answer.split('|').nth(3).unwrap().parse::<u16>().unwrap()
    };
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..20 {
        seen.insert(port("any"));
        for (kind, expected) in [
            ("read-write", primary.port),
            ("primary", primary.port),
            ("read-only", standby.port),
            ("standby", standby.port),
            ("prefer-standby", standby.port),
        ] {
            assert_eq!(port(kind), expected, "{kind}");
        }
    }
    assert_eq!(seen.len(), 2, "twenty times the same server of two");
}
