//! The durable server of a project directory.
//!
//! Every process that uses it holds a shared lock, and the last one stops it. A killed process leaves it running, and
//! the next process that uses it stops it.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::unistd::geteuid;

use super::account::Account;
use super::binaries::{Binaries, run};
use super::cluster::initdb;
use super::{START_TIMEOUT, STOP_TIMEOUT, answers, did_not_start, ended_within, home};
use crate::error::{Error, Result};
use crate::interrupt::{OnInterrupt, on_interrupt};

/// The use of a running data server by this process; dropping it stops the server unless others use it.
#[derive(Debug)]
pub(super) struct Use {
    socket: PathBuf,
    held: Arc<Mutex<Option<Held>>>,
    _on_interrupt: OnInterrupt,
}

impl Use {
    /// The directory of its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        release(&self.held);
    }
}

#[derive(Debug)]
struct Held {
    place: Place,
    binaries: Binaries,
    account: Account,
    users: File,
    /// The server, if this process started it.
    child: Option<Child>,
}

/// The directories of one project's server.
#[derive(Debug, Clone)]
struct Place {
    base: PathBuf,
    data: PathBuf,
    socket: PathBuf,
}

/// Starts the server of a project, or joins it.
pub(super) fn start(project: &Path) -> Result<(Binaries, Use)> {
    let account = Account::for_servers()?;
    let place = place(project, &account)?;
    let binaries = binaries_for(&place.data)?;
    // Starts and stops exclude each other; uses do not.
    let _starting = home::locked_file(&place.base.join("start.lock"))?;
    let users = home::lock_file(&place.base.join("users.lock"))?;
    users
        .lock_shared()
        .map_err(|error| Error::file(format!("{} cannot be locked", place.base.display())).because(error))?;
    let child = if answers(&place.socket) { None } else { Some(launch(&binaries, &account, &place)?) };
    let socket = place.socket.clone();
    let held = Arc::new(Mutex::new(Some(Held { place, binaries: binaries.clone(), account, users, child })));
    let interrupted = Arc::clone(&held);
    let on_interrupt = on_interrupt(move || release(&interrupted));
    Ok((binaries, Use { socket, held, _on_interrupt: on_interrupt }))
}

fn release(held: &Mutex<Option<Held>>) {
    // The lock is held to the end: a signal meanwhile waits for it, and does not end the process in the middle.
    let mut guard = held.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(mut held) = guard.take() else { return };
    let Ok(_stopping) = home::locked_file(&held.place.base.join("start.lock")) else { return };
    let _ = held.users.unlock();
    if held.users.try_lock().is_err() {
        return;
    }
    // One that cannot end in order is ended at once, and recovers at its next start.
    for (mode, seconds) in [("fast", "60"), ("immediate", "10")] {
        let mut command = held.binaries.command("pg_ctl");
        command.args(["stop", "-s", "-w", "-t", seconds, "-m", mode, "-D"]).arg(&held.place.data);
        held.account.run(command.current_dir("/"));
        if run(&mut command).is_ok() {
            break;
        }
    }
    if let Some(child) = &mut held.child {
        let _ = ended_within(child, STOP_TIMEOUT);
    }
}

/// Does a project have a durable server, running or not?
pub(super) fn exists(project: &Path) -> bool {
    base(project).is_ok_and(|(_, _, base)| base.join("data/PG_VERSION").exists())
}

/// A project's canonical path, its hash, and the directory of its server.
fn base(project: &Path) -> Result<(PathBuf, String, PathBuf)> {
    let project = fs::canonicalize(project)
        .map_err(|error| Error::file(format!("{} cannot be found", project.display())).because(error))?;
    let hash = home::short_hash(project.as_os_str().as_encoded_bytes());
    let base = if geteuid().is_root() { home::home()?.join(&hash) } else { project.join(".feedstock") };
    Ok((project, hash, base))
}

fn place(project: &Path, account: &Account) -> Result<Place> {
    let (project, hash, base) = base(project)?;
    home::private_directory(&base, account)?;
    if geteuid().is_root() {
        // The directory's name is a hash; this file says which project it belongs to.
        home::write_once(&base.join("project"), &format!("{}\n", project.display()))?;
    } else {
        // The server's files must not be committed.
        home::write_once(&base.join(".gitignore"), "*\n")?;
    }
    let socket = if home::fits_a_socket(&base) { base.clone() } else { short_socket_directory(&hash)? };
    Ok(Place { data: base.join("data"), base, socket })
}

/// A directory for a project whose path is too long for a socket. Root's own directory is short, so this is a user's.
fn short_socket_directory(hash: &str) -> Result<PathBuf> {
    let directory = PathBuf::from(format!("/tmp/feedstock-{}-{hash}", geteuid()));
    home::private_directory(&directory, &Account::Own)?;
    if home::is_ours(&directory) {
        return Ok(directory);
    }
    Err(Error::file(format!("{} belongs to somebody else", directory.display()))
        .help("move the project to a directory with a shorter path"))
}

/// The version that created the data, or the newest if there is no data yet.
fn binaries_for(data: &Path) -> Result<Binaries> {
    let Ok(version) = fs::read_to_string(data.join("PG_VERSION")) else { return Binaries::newest() };
    let version = version.trim();
    let found = version.parse().ok().map(Binaries::of_major).transpose()?.flatten();
    found.ok_or_else(|| {
        Error::database(format!(
            "{} was created by Postgres {version}, which is not on this machine",
            data.display()
        ))
        .help(format!(
            "install Postgres {version}, or move the directory away to begin with an empty database"
        ))
    })
}

fn launch(binaries: &Binaries, account: &Account, place: &Place) -> Result<Child> {
    if !place.data.join("PG_VERSION").exists() {
        initialise(binaries, account, place)?;
    }
    let log = place.base.join("log");
    let child = spawn(binaries, account, place, &log)?;
    wait_until_it_answers(child, place, &log)
}

/// initdb runs in another directory, which is renamed afterwards: a crash never leaves half a cluster.
fn initialise(binaries: &Binaries, account: &Account, place: &Place) -> Result<()> {
    let unfinished = place.base.join("unfinished");
    let _ = fs::remove_dir_all(&unfinished);
    initdb(binaries, account, &unfinished, &[])?;
    fs::rename(&unfinished, &place.data)
        .map_err(|error| Error::file(format!("{} cannot be created", place.data.display())).because(error))
}

fn spawn(binaries: &Binaries, account: &Account, place: &Place, log: &Path) -> Result<Child> {
    let open = || File::options().create(true).append(true).open(log);
    let cannot = |error| Error::file(format!("{} cannot be written", log.display())).because(error);
    let mut command = binaries.command("postgres");
    command.arg("-D").arg(&place.data).args([
        "-c",
        "listen_addresses=",
        "-c",
        "unix_socket_permissions=0700",
    ]);
    command.arg("-c").arg(format!("unix_socket_directories={}", super::quoted_directory(&place.socket)));
    // In a process group of its own, so that Ctrl-C in our terminal does not reach the server.
    command.process_group(0).current_dir("/").stdin(Stdio::null());
    command.stdout(open().map_err(cannot)?).stderr(open().map_err(cannot)?);
    account.run(&mut command);
    command.spawn().map_err(|error| Error::file("postgres cannot be run").because(error))
}

fn wait_until_it_answers(mut child: Child, place: &Place, log: &Path) -> Result<Child> {
    let deadline = Instant::now() + START_TIMEOUT;
    while !answers(&place.socket) {
        let ended = !matches!(child.try_wait(), Ok(None));
        if ended || Instant::now() > deadline {
            let _ = child.kill();
            let _ = child.wait();
            return Err(did_not_start(log));
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(child)
}
