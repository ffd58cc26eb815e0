//! A real PgBouncer in front of the tests' server.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::support::eventually;
use crate::support::socket;

/// A running PgBouncer.
pub struct Bouncer {
    /// Leads through it to the same database.
    pub url: String,
    child: Child,
    _directory: tempfile::TempDir,
}

impl Bouncer {
    /// `mode` is `session` or `transaction`; `size` is how many connections it has to the server.
    pub fn start(url: &str, mode: &str, size: usize) -> Self {
        Self::with(url, mode, size, "")
    }

    /// Each transaction gets another of its connections to the server.
    pub fn in_turn(url: &str, size: usize) -> Self {
        Self::with(url, "transaction", size, "server_round_robin = 1\n")
    }

    fn with(url: &str, mode: &str, size: usize, more: &str) -> Self {
        let config: postgres::Config = url.parse().unwrap();
        let socket = socket(&config);
        // It refuses to run as root; whoever runs the server may connect to it.
        let owner = fs::metadata(&socket).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
        let ini = directory.path().join("pgbouncer.ini");
        let (host, server_port) = (socket.parent().unwrap(), config.get_ports().first().unwrap_or(&5432));
        let text = format!(
            "[databases]\n{database} = host={} port={server_port} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n\
             default_pool_size = {size}\nmax_client_conn = 200\n{more}",
            host.display()
        );
        fs::write(&ini, text).unwrap();
        for path in [directory.path(), &ini] {
            chown(path, Some(owner.uid()), Some(owner.gid())).unwrap();
        }
        let mut command = Command::new(program());
        command.arg("-q").arg(&ini).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if fs::metadata(directory.path()).unwrap().uid() != 0 && is_root() {
            command.uid(owner.uid()).gid(owner.gid());
        }
        let child = command.spawn().unwrap();
        eventually("PgBouncer listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Bouncer {
            url: format!("postgres://{user}@127.0.0.1:{port}/{database}"),
            child,
            _directory: directory,
        }
    }

    /// A client of the pool.
    pub fn client(&self) -> postgres::Client {
        postgres::Client::connect(&self.url, postgres::NoTls).unwrap()
    }
}

impl Drop for Bouncer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Debian puts it where only root's PATH leads.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&path).collect();
    places.push("/usr/sbin".into());
    let found = places.iter().map(|place| place.join("pgbouncer")).find(|program| Path::exists(program));
    found.expect("these tests need PgBouncer (apt-get install pgbouncer)")
}
