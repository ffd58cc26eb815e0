//! Peers that accept and are silent, at each moment of a start.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use feedstock::internals::connect::{Environment, connect_in};
use socket2::{Domain, Socket, Type};

use super::peer::Peer;

/// What `connect_timeout` is in these tests.
const BOUND: Duration = Duration::from_secs(2);

/// What a peer does with a connection.
type Treatment = fn(TcpStream);

/// A peer that treats each connection like this, on a thread of its own.
fn peer(treat: Treatment) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || treat(stream));
        }
    });
    port
}

/// Reads whatever comes until the other side has gone.
fn swallow(mut stream: TcpStream) {
    let mut bytes = [0; 1024];
    while stream.read(&mut bytes).is_ok_and(|count| count > 0) {}
}

fn after_tls_answer(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 8]).and_then(|_| stream.write(b"S"));
    swallow(stream);
}

fn after_no_tls(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 8]).and_then(|_| stream.write(b"N"));
    swallow(stream);
}

/// Asks for a password in the clear, and takes it.
fn in_authentication(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]).and_then(|_| stream.write(b"R\0\0\0\x08\0\0\0\x03"));
    swallow(stream);
}

/// Lets in, and never says that it is ready.
fn before_ready(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]).and_then(|_| stream.write(b"R\0\0\0\x08\0\0\0\0"));
    swallow(stream);
}

/// A long message, a byte at a time: there is always something, and never enough.
fn now_and_then(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]).and_then(|_| stream.write(b"E\0\0\x10\0"));
    while stream.write_all(b"x").is_ok() {
        thread::sleep(Duration::from_millis(100));
    }
}

#[track_caller]
fn ends_in_time(string: &str, hosts: u32) {
    let start = Instant::now();
    let message = connect_in(string, &Environment::none()).err().expect("nobody is there").to_string();
    let took = start.elapsed();
    assert!(took < BOUND * hosts + Duration::from_millis(1500), "{took:?}: {message}");
    assert!(took >= BOUND, "{took:?}: {message}");
    assert!(message.contains("no answer within connect_timeout"), "{message}");
}

#[test]
fn a_silent_peer_ends_in_time() {
    let all: [(Treatment, &str); 7] = [
        (swallow, "prefer"),
        (swallow, "disable"),
        (after_tls_answer, "require"),
        (after_no_tls, "prefer"),
        (in_authentication, "disable"),
        (before_ready, "disable"),
        (now_and_then, "disable"),
    ];
    let waiting = all.map(|(treat, mode)| {
        let port = peer(treat);
        let string = format!("postgres://ann:p@127.0.0.1:{port}/d?connect_timeout=2&sslmode={mode}");
        thread::spawn(move || ends_in_time(&string, 1))
    });
    for waiting in waiting {
        waiting.join().unwrap();
    }
}

#[test]
fn a_silent_socket_ends_in_time() {
    let directory = tempfile::tempdir().unwrap();
    let _listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
    ends_in_time(&format!("host={} user=ann connect_timeout=2", directory.path().display()), 1);
}

#[test]
fn a_listener_that_accepts_nothing_ends_in_time() {
    // The kernel answers for it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    ends_in_time(&format!("host=127.0.0.1 port={port} user=ann connect_timeout=2"), 1);
}

/// Nothing comes back, not even from the kernel: it drops what comes to a listener whose queue is full, as a firewall
/// drops packets.
#[test]
fn a_black_hole_ends_in_time() {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queue.push(stream);
        assert!(queue.len() < 10_000, "the queue takes everybody");
    }
    let port = address.port();
    ends_in_time(&format!("host=127.0.0.1 port={port} user=ann connect_timeout=2"), 1);
    ends_in_time(&format!("host=127.0.0.1 port={port} user=ann connect_timeout=2 sslmode=require"), 1);
    // The next host has its turn.
    let good = Peer::start("host all all 127.0.0.1/32 trust", "");
    let string = format!(
        "host=127.0.0.1,127.0.0.1 port={port},{} user=feedstock dbname=postgres connect_timeout=2",
        good.port
    );
    let start = Instant::now();
    connect_in(&string, &Environment::none()).unwrap();
    assert!(start.elapsed() >= BOUND && start.elapsed() < BOUND + Duration::from_millis(1500));
}

#[test]
fn each_host_has_its_time_and_the_next_one_its_turn() {
    let good = Peer::start("host all all 127.0.0.1/32 trust", "");
    let silent = peer(swallow);
    let start = Instant::now();
    let string = format!(
        "host=127.0.0.1,127.0.0.1 port={silent},{} user=feedstock dbname=postgres connect_timeout=2",
        good.port
    );
    connect_in(&string, &Environment::none()).unwrap();
    let took = start.elapsed();
    assert!(took >= BOUND && took < BOUND + Duration::from_millis(1500), "{took:?}");
    ends_in_time(&format!("host=127.0.0.1,127.0.0.1 port={silent} user=ann connect_timeout=2"), 2);
}

#[test]
fn what_is_waited_for_is_said() {
    let port = peer(swallow);
    let project = tempfile::tempdir().unwrap();
    std::fs::create_dir(project.path().join("migrations")).unwrap();
    let run = |flag: Option<&str>| {
        Command::new(env!("CARGO_BIN_EXE_feedstock"))
            .args(flag)
            .args([
                "--database-url",
                &format!("postgres://ann:s3cret@127.0.0.1:{port}/d?connect_timeout=2"),
                "status",
            ])
            .current_dir(project.path())
            .output()
            .unwrap()
    };
    let output = run(Some("-v"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains(&format!("connecting to host 127.0.0.1, port {port} …\n")), "{said}");
    assert!(said.contains("no answer within connect_timeout") && !said.contains("s3cret"), "{said}");
    assert_eq!(output.status.code(), Some(4));
    let said = String::from_utf8(run(None).stderr).unwrap();
    assert!(!said.contains("connecting to"), "nobody looks: {said}");
}

/// A connection that lives has keepalives of minutes: it is asked of the kernel what it does.
#[test]
fn a_dead_peer_is_noticed_within_minutes() {
    let good = Peer::start("host all all 127.0.0.1/32 trust", "");
    let mut timers = Vec::new();
    for more in ["", "keepalives_idle=7", "keepalives=0"] {
        let string = format!("host=127.0.0.1 port={} user=feedstock dbname=postgres {more}", good.port);
        let _client = connect_in(&string, &Environment::none()).unwrap();
        // The timer of a socket of ours to that port, in hundredths of a second: column 6 of the kernel's list.
        let list = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let port = format!(":{:04X}", good.port);
        let timer = list.lines().find_map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let is_ours =
                columns.get(2).is_some_and(|remote| remote.ends_with(&port)) && columns.get(3) == Some(&"01");
            is_ours.then(|| columns[5].to_owned())
        });
        timers.push(timer.expect("a connection to the server"));
    }
    let seconds = |timer: &str| {
        let (kind, left) = timer.split_once(':').unwrap();
        (kind.to_owned(), u64::from_str_radix(left, 16).unwrap() / 100)
    };
    // Kind 2 is a keepalive's timer, 0 is none.
    let (kind, left) = seconds(&timers[0]);
    assert!(kind == "02" && (50..=60).contains(&left), "{timers:?}");
    let (kind, left) = seconds(&timers[1]);
    assert!(kind == "02" && left <= 7, "{timers:?}");
    assert_eq!(seconds(&timers[2]).0, "00", "{timers:?}");
}
