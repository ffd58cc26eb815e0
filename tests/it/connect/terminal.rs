//! What a person sees on a terminal while a server does not answer.

use std::fs::{self, File};
use std::io::Read as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use nix::pty::{Winsize, openpty};

use super::peer::Peer;

/// What a program writes to a terminal, and its exit status.
fn on_a_terminal(mut command: Command) -> (String, Option<i32>) {
    let size = Winsize { ws_row: 24, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
    let terminal = openpty(&size, None).unwrap();
    let side = || Stdio::from(terminal.slave.try_clone().unwrap());
    command.stdin(side()).stdout(side()).stderr(side()).env("TERM", "xterm");
    let mut child = command.spawn().unwrap();
    // The terminal ends when nobody has this side of it; the command holds it too.
    drop((command, terminal.slave));
    let (mut master, mut bytes, mut part) = (File::from(terminal.master), Vec::new(), [0; 4096]);
    // The end is an error on Linux.
    while let Ok(count @ 1..) = master.read(&mut part) {
        bytes.extend(&part[..count]);
    }
    (String::from_utf8(bytes).unwrap(), child.wait().unwrap().code())
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let project = tempfile::tempdir().unwrap();
    fs::create_dir(project.path().join("migrations")).unwrap();
    for (name, text) in files {
        fs::write(project.path().join("migrations").join(name), text).unwrap();
    }
    project
}

fn feedstock(project: &tempfile::TempDir, url: &str, arguments: &[&str]) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(["--database-url", url]).args(arguments).current_dir(project.path());
    on_a_terminal(command)
}

/// What begins a line anew and takes away what stood in it.
const CLEARED: &str = "\r\u{1b}[2K";

/// A line that moves says what is waited for, and is gone before the next one is written.
#[test]
fn a_line_moves_while_a_server_is_silent() {
    // The kernel accepts for it.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgres://ann:s3cret@127.0.0.1:{port}/d?connect_timeout=3");
    let project = project(&[]);
    let line = format!("connecting to host 127.0.0.1, port {port} …");
    let (said, status) = feedstock(&project, &url, &["status"]);
    assert_eq!(status, Some(4), "{said:?}");
    assert!(said.matches(&line).count() > 3, "it does not move: {said:?}");
    assert!(!said.contains("s3cret"), "{said:?}");
    let (before, error) = said.rsplit_once(&line).unwrap();
    assert!(before.contains(CLEARED) && error.contains(CLEARED), "{said:?}");
    let (_, error) = error.rsplit_once(CLEARED).unwrap();
    assert!(error.contains("no answer within connect_timeout"), "{said:?}");
    let (said, status) = feedstock(&project, &url, &["status", "--quiet"]);
    assert_eq!(status, Some(4), "{said:?}");
    assert!(!said.contains("connecting to") && said.contains("no answer within connect_timeout"), "{said:?}");
}

#[test]
fn a_line_moves_while_a_migration_is_applied() {
    let peer = Peer::start("host all all 127.0.0.1/32 trust", "");
    let url = format!("postgres://feedstock@127.0.0.1:{}/postgres", peer.port);
    let slow = "do $$ begin raise notice 'half of it'; perform pg_sleep(1); end $$;";
    let project = project(&[("V1__slow.sql", slow)]);
    let (said, status) = feedstock(&project, &url, &["apply"]);
    assert_eq!(status, Some(0), "{said:?}");
    assert!(said.matches("V1__slow: statement 1 of 1, line 1").count() > 3, "it does not move: {said:?}");
    // What the server says stands in a line of its own, and so does the result.
    for whole in
        ["migrations/V1__slow.sql:1: NOTICE: half of it\r\n", "migrations/V1__slow.sql: applied in 1."]
    {
        let (before, _) = said.split_once(whole).unwrap_or_else(|| panic!("{said:?} lacks {whole}"));
        let line = before.rsplit(['\n', '\r']).next().unwrap();
        assert!(line.chars().all(|c| !c.is_alphanumeric() || "2KJ".contains(c)), "{whole} follows {line:?}");
    }
    let (said, status) = feedstock(&project, &url, &["apply", "--progress", "never"]);
    assert_eq!((said.contains('\u{1b}'), status), (false, Some(0)), "{said:?}");
}
