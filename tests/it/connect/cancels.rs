//! A run that is interrupted over TLS: whatever is asked of the server to stop it goes over TLS too.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::peer::{Peer, certificate};
use crate::support;

/// How a connection began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Tls,
    InTheClear,
}

/// Passes everything on to a server, and notes how each connection begins.
fn listening_in(server: u16) -> (u16, Arc<Mutex<Vec<Beginning>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let noted = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&noted);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let notes = Arc::clone(&notes);
            // It ends with an error where somebody hangs up.
            thread::spawn(move || drop(pass_on(client, server, &notes)));
        }
    });
    (port, noted)
}

fn pass_on(mut client: TcpStream, server: u16, notes: &Mutex<Vec<Beginning>>) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", server))?;
    let mut request = [0; 8];
    client.read_exact(&mut request)?;
    server.write_all(&request)?;
    let mut beginning = Beginning::InTheClear;
    if request[4..] == 80_877_103_u32.to_be_bytes() {
        let (mut answer, mut first) = ([0], [0]);
        server.read_exact(&mut answer)?;
        client.write_all(&answer)?;
        client.peek(&mut first)?;
        // A TLS handshake begins with 22.
        if (answer, first) == ([b'S'], [22]) {
            beginning = Beginning::Tls;
        }
    }
    notes.lock().unwrap().push(beginning);
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    let passed = std::io::copy(&mut client, &mut server);
    server.shutdown(Shutdown::Write)?;
    passed.map(drop)
}

/// Interrupts `apply` in the middle of a statement; returns how its connections began.
fn interrupted(peer: &Peer, role: &str) -> Vec<Beginning> {
    let (port, noted) = listening_in(peer.port);
    let project = tempfile::tempdir().unwrap();
    fs::create_dir(project.path().join("migrations")).unwrap();
    fs::write(project.path().join("migrations/V1__slow.sql"), "select pg_sleep(60);").unwrap();
    let mut child = support::default_signals::command(env!("CARGO_BIN_EXE_feedstock"))
        .args(["apply", "-v", "--database-url"])
        .arg(format!(
            "host=db.example.com hostaddr=127.0.0.1 port={port} user={role} dbname={role} sslmode=verify-full \
             sslrootcert={}",
            certificate("root.crt").display()
        ))
        .current_dir(project.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("statement 1 of 1") {
        assert_ne!(lines.read_line(&mut said).unwrap(), 0, "{said}");
    }
    let busy =
        format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}' AND query LIKE '%pg_sleep%'");
    support::eventually("the server is at work", || peer.sql(&busy) == "1");
    let start = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let status = child.wait().unwrap();
    lines.read_to_string(&mut said).unwrap();
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}: {said}", start.elapsed());
    for part in ["interrupted", "SIGINT", "nothing of it is applied", "57014"] {
        assert!(said.contains(part), "{said}\n  lacks: {part}");
    }
    assert_eq!(peer.sql(&busy), "0", "the server goes on");
    let noted = noted.lock().unwrap();
    noted.clone()
}

#[test]
fn apply_is_cancelled_over_tls() {
    let peer = Peer::start("hostssl all all 127.0.0.1/32 trust", "");
    // The second one has no connection left from which to watch: there is only the protocol's request to cancel.
    for (role, limit) in [("many", -1), ("one", 1)] {
        peer.sql(&format!("CREATE ROLE {role} LOGIN CONNECTION LIMIT {limit}"));
        peer.sql(&format!("CREATE DATABASE {role} OWNER {role}"));
        let beginnings = interrupted(&peer, role);
        assert!(beginnings.len() > 1, "{role}: nobody asked the server to stop");
        assert!(beginnings.iter().all(|it| *it == Beginning::Tls), "{role}: {beginnings:?}");
    }
}
