//! The server that belongs to one process and is durable in nothing.
//!
//! Postgres runs as the child of a small shell script that reads from a pipe of ours. The pipe is closed when our
//! process ends, in whatever way, and the script then stops the server and removes its directory. The only message in
//! the pipe tells it to stop the server cleanly, since its cluster is kept. If the script is killed too, the next start
//! finds that the directory's lock is free, and removes the directory.
//!
//! Its files need not survive a reboot, so they are in memory if there is enough, else on the disk.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::account::Account;
use super::binaries::{Binaries, without_outside_settings};
use super::cluster::{initdb, kind};
use super::home::{self, Home};
use super::kept::{self, Place};
use super::{START_TIMEOUT, STOP_TIMEOUT, answers, did_not_start, ended_within, memory};
use crate::error::{Error, Result};

/// The settings of a server whose data need not survive a crash.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    // In memory the write-ahead log takes space, and a checkpoint is cheap.
    "max_wal_size=256MB",
    "checkpoint_timeout=1h",
    "shared_buffers=32MB",
    "max_connections=60",
    // A schema is created in one transaction, which locks each of its relations: enough for 10,000 tables.
    "max_locks_per_transaction=2048",
    // The estimated costs of catalog queries are high enough for JIT compilation, which does not pay for them.
    "jit=off",
    "timezone=UTC",
];

/// Arguments: the server's directory, the socket's directory, then the command line of the server.
const SUPERVISOR: &str = include_str!("scratch.sh");

/// A running scratch server.
#[derive(Debug)]
pub(super) struct Scratch {
    /// The place where its cluster is left for the next process, if it is kept.
    kept: Option<Place>,
    room: Room,
    directory: PathBuf,
    socket: PathBuf,
    supervisor: Child,
    /// Our end of the pipe; closing it ends the server.
    life: Option<ChildStdin>,
    _lock: File,
}

impl Scratch {
    /// The directory of its socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Where it lives.
    pub fn room(&self) -> &Room {
        &self.room
    }

    fn data(&self) -> PathBuf {
        self.directory.join(DATA)
    }
}

/// The directory of a scratch server, and whether its file system ran full; this outlives the server.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    home: Home,
    ran_out: Arc<AtomicBool>,
}

/// With less free space than this, a server cannot work.
const FULL: u64 = 2 << 20;

impl Room {
    fn new(home: &Home) -> Self {
        Room { home: home.clone(), ran_out: Arc::default() }
    }

    /// Did the server end because its file system was full?
    pub fn ran_out(&self) -> bool {
        self.ran_out.load(Ordering::Relaxed)
    }

    /// The help for a full file system.
    pub fn help(&self) -> String {
        let what = if self.home.in_memory { ", which is in memory," } else { "" };
        format!(
            "the scratch server lives in {}{what} and no room is left there: name a directory with more in \
             {}, or a running server with --scratch-url",
            self.home.path.display(),
            home::SCRATCH_DIR
        )
    }

    /// Checks, before the server's files are removed, whether the file system is full: then the server cannot even log
    /// it.
    fn look(&self, log: &Path) {
        let said = || fs::read(log).is_ok_and(|log| contains(&log, b"No space left on device"));
        if memory::free(&self.home.path).is_some_and(|free| free < FULL) || said() {
            self.ran_out.store(true, Ordering::Relaxed);
        }
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|found| found == word)
}

impl Scratch {
    /// Waits for the server, which may need more room to end than it has, and ends it then.
    fn ended(&mut self) -> Option<ExitStatus> {
        let group = i32::try_from(self.supervisor.id()).map(Pid::from_raw).ok()?;
        for signal in [Signal::SIGQUIT, Signal::SIGKILL] {
            if let Some(status) = ended_within(&mut self.supervisor, STOP_TIMEOUT) {
                return Some(status);
            }
            let _ = killpg(group, signal);
        }
        ended_within(&mut self.supervisor, STOP_TIMEOUT)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let kept = self.kept.take();
        self.room.look(&self.directory.join(LOG));
        if let (Some(life), Some(_)) = (&mut self.life, &kept) {
            let _ = life.write_all(b"keep\n");
        }
        drop(self.life.take());
        let ended = self.ended();
        if let (Some(place), true) = (kept, ended.is_some_and(|status| status.success())) {
            place.leave(&self.data());
        }
        remove(&self.directory, &self.socket);
    }
}

/// Starts a server in a new directory, on a copy of a template cluster.
pub(super) fn start(binaries: &Binaries) -> Result<Scratch> {
    let account = Account::for_servers()?;
    in_a_home(&account, |home| started(binaries, &account, home, None))
}

/// Starts a server on the cluster that the last process of this project left, and leaves its own to the next one.
pub(super) fn start_kept(binaries: &Binaries, project: &Path) -> Result<Scratch> {
    let account = Account::for_servers()?;
    in_a_home(&account, |home| {
        let kept = || kept::place(home, project, binaries, &account);
        match started(binaries, &account, home, kept()?) {
            // A damaged cluster was taken away by the first attempt, so the second one begins with a new cluster.
            Err(_) => started(binaries, &account, home, kept()?),
            scratch => scratch,
        }
    })
}

/// Starts a server in the directory that the user names; else in memory, if there is enough; else on the disk.
fn in_a_home(account: &Account, start: impl Fn(&Home) -> Result<Scratch>) -> Result<Scratch> {
    if let Some(named) = home::named(account)? {
        return start(&named);
    }
    // Memory may run out before the server starts, or the system may deny Postgres the access.
    if let Some(memory) = home::in_memory().filter(|memory| has_room(memory, account))
        && let Ok(scratch) = start(&memory)
    {
        return Ok(scratch);
    }
    start(&home::on_disk()?)
}

/// Is there enough space, if need be after removing leftovers and kept clusters?
fn has_room(memory: &Home, account: &Account) -> bool {
    let enough = || memory::has_room(&memory.path);
    if enough() {
        return true;
    }
    if let Ok(_lock) = lock_against_sweepers(memory) {
        sweep(&memory.path.join(ALL), account);
    }
    enough() || {
        kept::forget(memory);
        enough()
    }
}

fn started(binaries: &Binaries, account: &Account, home: &Home, kept: Option<Place>) -> Result<Scratch> {
    let template = template(home, binaries, account)?;
    let (directory, lock) = new_directory(home, account)?;
    let socket = socket_directory(&directory, account)?;
    if let Some(place) = &kept {
        place.take(&directory.join(DATA));
    }
    let mut scratch = supervise(binaries, account, &template, Room::new(home), directory, socket, lock)?;
    wait_until_it_answers(&mut scratch)?;
    // A cluster is kept only if its server started.
    scratch.kept = kept;
    Ok(scratch)
}

/// The directory of all scratch servers' directories.
const ALL: &str = "scratch";

/// The server's log in its directory.
const LOG: &str = "log";

/// The cluster in a server's directory.
const DATA: &str = "data";

/// A cluster to copy: initdb takes a second, and a copy a tenth of that.
fn template(home: &Home, binaries: &Binaries, account: &Account) -> Result<PathBuf> {
    let clusters = home.path.join("clusters");
    home::private_directory(&clusters, account)?;
    let template = clusters.join(kind(binaries, account));
    if template.exists() {
        return Ok(template);
    }
    let _lock = home::locked_file(&home.path.join("clusters.lock"))?;
    if !template.exists() {
        let unfinished = clusters.join("unfinished");
        let _ = fs::remove_dir_all(&unfinished);
        initdb(binaries, account, &unfinished, &["--no-sync", "--wal-segsize=1"])?;
        fs::rename(&unfinished, &template).map_err(|error| {
            Error::file(format!("{} cannot be created", template.display())).because(error)
        })?;
    }
    Ok(template)
}

/// A directory of our own with its lock held, and the directories of the dead removed.
fn new_directory(home: &Home, account: &Account) -> Result<(PathBuf, File)> {
    let all = home.path.join(ALL);
    home::private_directory(&all, account)?;
    // A directory and its lock are not made in one step, so nobody sweeps between the two.
    let _lock = lock_against_sweepers(home)?;
    sweep(&all, account);
    let directory = tempfile::Builder::new()
        .prefix("")
        .rand_bytes(8)
        .tempdir_in(&all)
        .map_err(|error| {
            Error::file(format!("no directory can be created in {}", all.display())).because(error)
        })?
        .keep();
    account.own(&directory)?;
    let lock = home::locked_file(&directory.join("owner.lock"))?;
    Ok((directory, lock))
}

fn lock_against_sweepers(home: &Home) -> Result<File> {
    home::locked_file(&home.path.join("scratch.lock"))
}

/// Removes the directories whose owner is dead, and stops what still runs there.
fn sweep(all: &Path, account: &Account) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let directory = entry.path();
        let Ok(lock) = File::open(directory.join("owner.lock")).or_else(|_| File::open(&directory)) else {
            continue;
        };
        if lock.try_lock().is_err() {
            continue;
        }
        let pid_file = fs::read_to_string(directory.join("data/postmaster.pid")).unwrap_or_default();
        let socket = pid_file.lines().nth(4).map_or_else(|| directory.clone(), PathBuf::from);
        // The process of that number may be somebody else's by now: only a server that answers is stopped.
        if answers(&socket) {
            stop(pid_file.lines().next().unwrap_or_default(), account);
        }
        remove(&directory, &socket);
    }
}

fn stop(pid: &str, account: &Account) {
    let mut kill = Command::new("kill");
    kill.args(["-QUIT", pid]).current_dir("/").stderr(Stdio::null());
    account.run(&mut kill);
    let _ = kill.status();
}

fn remove(directory: &Path, socket: &Path) {
    let _ = fs::remove_dir_all(directory);
    if is_apart(socket) {
        let _ = fs::remove_dir_all(socket);
    }
}

/// Is this one of the directories that `socket_directory` makes elsewhere?
fn is_apart(socket: &Path) -> bool {
    socket.parent() == Some(Path::new("/tmp"))
        && socket.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"feedstock-"))
}

/// The server's own directory, or a short one where that is too long for a socket.
fn socket_directory(directory: &Path, account: &Account) -> Result<PathBuf> {
    if home::fits_a_socket(directory) {
        return Ok(directory.to_owned());
    }
    let short = tempfile::Builder::new()
        .prefix("feedstock-")
        .tempdir_in("/tmp")
        .map_err(|error| Error::file("no directory for a socket can be created in /tmp").because(error))?
        .keep();
    account.own(&short)?;
    Ok(short)
}

fn supervise(
    binaries: &Binaries,
    account: &Account,
    template: &Path,
    room: Room,
    directory: PathBuf,
    socket: PathBuf,
    lock: File,
) -> Result<Scratch> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SUPERVISOR, "feedstock"]).args([&directory, &socket, template]);
    command.arg(binaries.program("postgres")).arg("-D").arg(directory.join(DATA));
    command.arg("-c").arg(format!("unix_socket_directories={}", super::quoted_directory(&socket)));
    command.args(SETTINGS.iter().flat_map(|setting| ["-c", *setting]));
    without_outside_settings(&mut command);
    // A group of its own: Ctrl-C is for us, and we tell the server.
    command.process_group(0).current_dir(&directory).stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(Stdio::null());
    account.run(&mut command);
    let mut supervisor =
        command.spawn().map_err(|error| Error::file("/bin/sh cannot be run").because(error))?;
    let life = supervisor.stdin.take();
    Ok(Scratch { kept: None, room, directory, socket, supervisor, life, _lock: lock })
}

fn wait_until_it_answers(scratch: &mut Scratch) -> Result<()> {
    let deadline = Instant::now() + START_TIMEOUT;
    while !answers(&scratch.socket) {
        let ended = !matches!(scratch.supervisor.try_wait(), Ok(None));
        if ended || Instant::now() > deadline {
            return Err(did_not_start(&scratch.directory.join(LOG)));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
