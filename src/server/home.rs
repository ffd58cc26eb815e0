//! The directories of private servers.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;
use sha2::{Digest, Sha256};

use super::account::Account;
use super::memory;
use crate::error::{Error, Result};

/// The environment variable that names the directory of scratch servers.
pub(super) const SCRATCH_DIR: &str = "FEEDSTOCK_SCRATCH_DIR";

/// The largest length of a socket's path: 107 bytes on Linux, 103 on macOS and the BSDs.
const SOCKET_LIMIT: usize = 103;

/// A directory for scratch servers, and for the clusters that they keep.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub path: PathBuf,
    pub in_memory: bool,
}

/// The directory that `FEEDSTOCK_SCRATCH_DIR` names.
pub(super) fn named(account: &Account) -> Result<Option<Home>> {
    let Some(parent) = std::env::var_os(SCRATCH_DIR).filter(|named| !named.is_empty()).map(PathBuf::from)
    else {
        return Ok(None);
    };
    if !parent.is_absolute() {
        return Err(Error::usage(format!("{SCRATCH_DIR}={} is not an absolute path", parent.display())));
    }
    let home = home_in(&parent).map_err(|error| {
        Error::file(format!("{} has no place for scratch servers", parent.display()))
            .because(error)
            .help(format!("name a directory that you can write to in {SCRATCH_DIR}, or unset it"))
    })?;
    if !account.reaches(&home.path) {
        let (path, name) = (home.path.display(), account.name());
        let help =
            format!("name a directory in {SCRATCH_DIR} that {name} can enter, and all directories above it");
        return Err(Error::file(format!("Postgres runs as {name} and cannot enter {path}")).help(help));
    }
    Ok(Some(home))
}

/// The directory in memory, if the system has one that every user can write to.
pub(super) fn in_memory() -> Option<Home> {
    let shared = Path::new("/dev/shm");
    if !memory::is_memory(shared) {
        return None;
    }
    home_in(shared).ok()
}

/// The directory on the disk.
pub(super) fn on_disk() -> Result<Home> {
    let path = home()?;
    Ok(Home { in_memory: memory::is_memory(&path), path })
}

/// A directory of our own in one that all users may share.
fn home_in(parent: &Path) -> io::Result<Home> {
    let path = parent.join(format!("feedstock-{}", geteuid()));
    make(&path)?;
    Ok(Home { in_memory: memory::is_memory(&path), path })
}

/// Creates a home, unless it exists. Servers of root run as another account, which has to pass through root's home; a
/// user's home is private.
fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(if geteuid().is_root() { 0o755 } else { 0o700 }).create(path)?;
    if is_ours(path) { Ok(()) } else { Err(io::Error::from(io::ErrorKind::PermissionDenied)) }
}

/// The directory for data that outlives a process: `/var/lib/feedstock` for root, else in the user's cache.
pub(super) fn home() -> Result<PathBuf> {
    let root = geteuid().is_root();
    let mut failure = None;
    for home in if root { vec![PathBuf::from("/var/lib/feedstock")] } else { homes_of_a_user() } {
        match make(&home) {
            Ok(()) => return Ok(home),
            Err(error) => failure = Some((home, error)),
        }
    }
    let (home, error) = failure.expect("there is always one to try");
    Err(Error::file(format!("the directory {} cannot be created or is not ours", home.display()))
        .because(error)
        .help("set XDG_CACHE_HOME to a directory that you can write to"))
}

fn homes_of_a_user() -> Vec<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = std::env::var_os("HOME")
        .map(|home| Path::new(&home).join(".cache"))
        .filter(|path| path.is_absolute());
    let temporary = std::env::temp_dir().join(format!("feedstock-{}", geteuid()));
    cache.into_iter().chain(home).map(|parent| parent.join("feedstock")).chain([temporary]).collect()
}

/// In a shared directory another user may have created the name before: it must be ours.
pub(super) fn is_ours(directory: &Path) -> bool {
    fs::symlink_metadata(directory).is_ok_and(|found| found.is_dir() && found.uid() == geteuid().as_raw())
}

/// Creates a directory (and its parents) that only the account can enter.
pub(super) fn private_directory(path: &Path, account: &Account) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Error::file(format!("{} cannot be created", path.display())).because(error))?;
    account.own(path)
}

/// Writes a file, unless it exists.
pub(super) fn write_once(file: &Path, text: &str) -> Result<()> {
    if file.exists() {
        return Ok(());
    }
    fs::write(file, text)
        .map_err(|error| Error::file(format!("{} cannot be written", file.display())).because(error))
}

/// Opens a file for its lock, which ends with the process that holds it.
pub(super) fn lock_file(path: &Path) -> Result<File> {
    File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|error| Error::file(format!("{} cannot be opened", path.display())).because(error))
}

/// Opens a file and waits for its lock.
pub(super) fn locked_file(path: &Path) -> Result<File> {
    let file = lock_file(path)?;
    file.lock()
        .map_err(|error| Error::file(format!("{} cannot be locked", path.display())).because(error))?;
    Ok(file)
}

/// Is the path of a socket in this directory short enough?
pub(super) fn fits_a_socket(directory: &Path) -> bool {
    directory.as_os_str().len() + "/.s.PGSQL.5432".len() <= SOCKET_LIMIT
}

/// A short hash of a path or a version, for a file name.
pub(super) fn short_hash(text: &[u8]) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
