//! Finds Postgres on this machine and starts private servers from it.
//!
//! There are two kinds, since one server cannot be both. A *data* server is durable and belongs to a project directory.
//! A *scratch* server is fast, not durable, and belongs to one process: however that process ends, `kill -9` included,
//! its server ends too. After a clean end it may keep its databases for the next process.
//!
//! Nothing listens on TCP: each server has a Unix socket in a directory that only its owner can enter.

mod account;
mod binaries;
mod cluster;
mod data;
mod home;
mod kept;
mod memory;
mod scratch;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use binaries::Binaries;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
pub(crate) use scratch::Room;

use crate::error::{Error, Result};

/// The superuser of a private server.
pub const SUPERUSER: &str = "feedstock";

/// The port is part of the socket's file name; nothing listens on TCP.
const PORT: u16 = 5432;

/// The time that a server may take to answer. Crash recovery of a data server can be slow.
const START_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a server may take to end before it is ended otherwise.
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// Waits for a process for at most this long.
fn ended_within(child: &mut Child, time: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + time;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(5)),
            _ => return None,
        }
    }
}

/// A private Postgres server. Dropping it stops it; a data server that another process uses keeps running.
#[derive(Debug)]
pub struct Server {
    binaries: Binaries,
    socket: PathBuf,
    // Held for its `Drop`.
    life: Life,
}

#[derive(Debug)]
enum Life {
    Scratch { owned: scratch::Scratch },
    Data { _used: data::Use },
}

impl Server {
    /// Starts a scratch server: no durability, ended with this process at the latest.
    ///
    /// It lives in memory (`/dev/shm`, on Linux) where 1 GiB is free there and 2 GiB of memory are available, else in
    /// the user's cache directory or, for root, under `/var/lib/feedstock/`. `FEEDSTOCK_SCRATCH_DIR` names another
    /// directory.
    ///
    /// # Errors
    ///
    /// No Postgres on this machine (the message says how to install one), or it does not start.
    pub fn scratch() -> Result<Self> {
        let binaries = Binaries::newest()?;
        let owned = scratch::start(&binaries)?;
        let socket = owned.socket().to_owned();
        Ok(Server { binaries, socket, life: Life::Scratch { owned } })
    }

    /// Starts a scratch server with the databases that the last process of this project left, and leaves its own to the
    /// next one. If two run at once, one of them begins without databases, as [`Server::scratch`] does.
    ///
    /// # Errors
    ///
    /// As of [`Server::scratch`].
    pub fn scratch_of(project: &Path) -> Result<Self> {
        let binaries = Binaries::newest()?;
        let owned = scratch::start_kept(&binaries, project)?;
        let socket = owned.socket().to_owned();
        Ok(Server { binaries, socket, life: Life::Scratch { owned } })
    }

    /// Starts the durable server of a project, or joins it if it is running.
    ///
    /// It lives in `.feedstock/` in the project's directory; for root, who cannot run Postgres, under
    /// `/var/lib/feedstock/`. It stops when the last process that uses it is done.
    ///
    /// # Errors
    ///
    /// No Postgres on this machine (the message says how to install one), none of the major version that made the
    /// data, or it does not start.
    pub fn data(project: &Path) -> Result<Self> {
        let (binaries, used) = data::start(project)?;
        let socket = used.socket().to_owned();
        Ok(Server { binaries, socket, life: Life::Data { _used: used } })
    }

    /// Has the project ever had a durable server? This does not start one.
    pub fn has_data(project: &Path) -> bool {
        data::exists(project)
    }

    /// The URL of one of its databases. It has no password, since none is needed.
    pub fn url(&self, dbname: &str) -> String {
        let socket = percent_encoded(&self.socket.to_string_lossy());
        format!("postgres://{SUPERUSER}@{socket}:{PORT}/{}", percent_encoded(dbname))
    }

    /// The configuration of a connection to one of its databases.
    pub fn config(&self, dbname: &str) -> postgres::Config {
        config(&self.socket, dbname)
    }

    /// The directory of a scratch server.
    pub(crate) fn room(&self) -> Option<&Room> {
        match &self.life {
            Life::Scratch { owned } => Some(owned.room()),
            Life::Data { .. } => None,
        }
    }

    /// Its `server_version_num`: 150012 is 15.12.
    pub fn version(&self) -> u32 {
        self.binaries.version
    }

    /// One of the programs of its installation: `pg_dump`, `psql`.
    pub fn bin(&self, program: &str) -> PathBuf {
        self.binaries.program(program)
    }

    /// A command that runs one of its programs against this server; `PG…` variables of the environment have no effect.
    pub fn command(&self, program: &str) -> Command {
        let mut command = self.binaries.command(program);
        command.env("PGHOST", &self.socket).env("PGPORT", PORT.to_string()).env("PGUSER", SUPERUSER);
        command
    }
}

fn config(socket: &Path, dbname: &str) -> postgres::Config {
    let mut config = postgres::Config::new();
    config.host_path(socket).port(PORT).user(SUPERUSER).dbname(dbname).application_name("feedstock");
    config.connect_timeout(Duration::from_secs(10));
    config
}

/// Does a server answer on this socket?
fn answers(socket: &Path) -> bool {
    config(socket, "postgres").connect(postgres::NoTls).is_ok()
}

/// The path of the socket is the host of a URL, percent-encoded.
fn percent_encoded(text: &str) -> String {
    const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
    utf8_percent_encode(text, PLAIN).to_string()
}

/// A directory as an element of a comma-separated list, as Postgres writes it.
fn quoted_directory(directory: &Path) -> String {
    format!("\"{}\"", directory.to_string_lossy().replace('"', "\"\""))
}

/// The error of a server that did not start, with the end of its log.
fn end_of_log(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

fn did_not_start(log: &Path) -> Error {
    Error::database(format!(
        "the private Postgres server did not start; its log ends with:\n{}",
        end_of_log(log)
    ))
    .help("name a running server with --database-url and --scratch-url, or make room for a private one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_where_the_config_leads() {
        let socket = Path::new("/var/lib/a b/ü");
        let url =
            format!("postgres://{SUPERUSER}@{}:{PORT}/x%2Fy", percent_encoded(&socket.to_string_lossy()));
        let parsed: postgres::Config = url.parse().unwrap();
        let config = config(socket, "x/y");
        assert_eq!(parsed.get_hosts(), config.get_hosts());
        assert_eq!(parsed.get_dbname(), config.get_dbname());
        assert_eq!(parsed.get_user(), config.get_user());
        assert_eq!(parsed.get_ports(), config.get_ports());
    }
}
