//! The scratch cluster that one process of a project leaves to the next, with the databases that are kept in it.
//!
//! It is taken and left by renaming a directory, so that only one process can have it; a second process begins with a
//! new cluster. Only a server that stopped cleanly leaves one; the directory of a killed one is removed like that of
//! any scratch server. Its files were never flushed to the disk, so its name has the ID of the boot: after a reboot it
//! is not used.
//!
//! A cluster in memory takes memory from others, so there they have a limit in bytes, and are removed after a day.

use std::cmp::Reverse;
use std::fs::{self, DirEntry, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::kind;
use super::home::{self, Home};
use super::memory;
use crate::error::{Error, Result};

/// The limits in memory: bytes of all projects of an account, and age.
const BYTES_IN_MEMORY: u64 = 512 << 20;
const TIME_IN_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// The place of a project's cluster between two processes.
#[derive(Debug)]
pub(super) struct Place {
    cluster: PathBuf,
    /// The directory of all projects' places, if it is in memory.
    in_memory: Option<PathBuf>,
}

impl Place {
    /// Moves the cluster to `data`, if there is one.
    pub fn take(&self, data: &Path) -> bool {
        fs::rename(&self.cluster, data).is_ok()
    }

    /// Moves a cluster here, unless another process left one meanwhile.
    pub fn leave(&self, data: &Path) {
        let _ = fs::rename(data, &self.cluster);
        if let Some(all) = &self.in_memory {
            keep_newest(all, BYTES_IN_MEMORY);
        }
    }
}

/// The place of a project's cluster; `None` if the system has no ID of the boot.
pub(super) fn place(
    home: &Home,
    project: &Path,
    binaries: &Binaries,
    account: &Account,
) -> Result<Option<Place>> {
    let Some(boot) = boot() else { return Ok(None) };
    let project = fs::canonicalize(project)
        .map_err(|error| Error::file(format!("{} cannot be found", project.display())).because(error))?;
    let all = home.path.join(ALL);
    home::private_directory(&all, account)?;
    let _lock = home::locked_file(&home.path.join("kept.lock"))?;
    sweep(&all);
    let own = all.join(home::short_hash(project.as_os_str().as_encoded_bytes()));
    home::private_directory(&own, account)?;
    home::write_once(&own.join(PROJECT), &project.to_string_lossy())?;
    let kind = format!("{}-{}", kind(binaries, account), home::short_hash(boot.as_bytes()));
    forget_others(&own, &kind);
    Ok(Some(Place { cluster: own.join(kind), in_memory: home.in_memory.then_some(all) }))
}

/// Removes all kept clusters of a home.
pub(super) fn forget(home: &Home) {
    keep_newest(&home.path.join(ALL), 0);
}

/// The directory of all projects' places.
const ALL: &str = "kept";

/// The file that names the project.
const PROJECT: &str = "project";

/// Removes the clusters of projects that do not exist any more.
fn sweep(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let gone = |project: String| !Path::new(&project).exists();
        if fs::read_to_string(entry.path().join(PROJECT)).is_ok_and(gone) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes the clusters of other versions and other boots.
fn forget_others(own: &Path, kind: &str) {
    for entry in fs::read_dir(own).into_iter().flatten().flatten() {
        if entry.file_name() != kind && entry.file_name() != PROJECT {
            throw_away(&entry.path());
        }
    }
}

/// Removes all but the newest clusters whose sizes add up to `bytes`, and those that are older than a day.
fn keep_newest(all: &Path, bytes: u64) {
    let mut clusters: Vec<(SystemTime, PathBuf)> = Vec::new();
    for own in fs::read_dir(all).into_iter().flatten().flatten() {
        // The modification time of a project's directory is the time when its cluster was left.
        let Ok(left) = own.metadata().and_then(|own| own.modified()) else { continue };
        let entries = fs::read_dir(own.path()).into_iter().flatten().flatten();
        clusters.extend(entries.filter(|it| it.file_name() != PROJECT).map(|it| (left, it.path())));
    }
    clusters.sort_by_key(|(left, _)| Reverse(*left));
    // A cluster has ten thousands of files: they are counted only where their file system holds as much at all.
    let may_be_more = memory::used(all).is_none_or(|used| used > bytes);
    let mut sum = 0;
    for (left, cluster) in clusters {
        sum += if may_be_more { bytes_of(&cluster) } else { 0 };
        if sum > bytes || left.elapsed().is_ok_and(|age| age > TIME_IN_MEMORY) {
            throw_away(&cluster);
        }
    }
}

/// Renames a cluster before removing it, so that no process takes half of one.
fn throw_away(cluster: &Path) {
    let away = cluster.with_extension(format!("{}.gone", std::process::id()));
    if fs::rename(cluster, &away).is_ok() {
        let _ = fs::remove_dir_all(away);
    }
}

/// The disk space of all files in a directory and below it.
fn bytes_of(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    // The entry asks the open directory, and no path has to be followed: each database has some hundred files.
    let bytes_of_entry = |entry: DirEntry| match entry.metadata() {
        Ok(own) if own.is_dir() => own.blocks() * 512 + bytes_of(&entry.path()),
        own => own.as_ref().map_or(0, Metadata::blocks) * 512,
    };
    entries.map(bytes_of_entry).sum()
}

/// The ID of this boot of the machine: on Linux, then on macOS.
fn boot() -> Option<String> {
    let linux = fs::read_to_string("/proc/sys/kernel/random/boot_id");
    let macos = || {
        let output =
            std::process::Command::new("/usr/sbin/sysctl").args(["-n", "kern.bootsessionuuid"]).output();
        String::from_utf8(output.ok()?.stdout).ok()
    };
    let boot = linux.ok().or_else(macos)?;
    (!boot.trim().is_empty()).then_some(boot)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Projects with a cluster of 64 kB each, left that many minutes ago.
    fn projects(minutes: &[u64]) -> tempfile::TempDir {
        let all = tempfile::tempdir().unwrap();
        for (number, minutes) in minutes.iter().enumerate() {
            let own = all.path().join(number.to_string());
            fs::create_dir_all(own.join("15/base")).unwrap();
            fs::write(own.join(PROJECT), "/somewhere").unwrap();
            fs::write(own.join("15/base/1"), vec![1; 64 << 10]).unwrap();
            let left = SystemTime::now() - Duration::from_secs(60 * minutes);
            fs::File::open(&own).unwrap().set_modified(left).unwrap();
        }
        all
    }

    fn left(all: &Path, number: usize) -> bool {
        all.join(number.to_string()).join("15").exists()
    }

    #[test]
    fn the_newest_clusters_are_kept_up_to_a_size() {
        let all = projects(&[30, 10, 20]);
        keep_newest(all.path(), 200 << 10);
        assert_eq!([0, 1, 2].map(|number| left(all.path(), number)), [false, true, true]);
        assert!(all.path().join("0").join(PROJECT).exists(), "the place itself stays");
        keep_newest(all.path(), 0);
        assert_eq!([0, 1, 2].map(|number| left(all.path(), number)), [false; 3]);
    }

    #[test]
    fn clusters_of_yesterday_go() {
        let all = projects(&[25 * 60, 10]);
        keep_newest(all.path(), 1 << 30);
        assert_eq!([0, 1].map(|number| left(all.path(), number)), [false, true]);
    }
}
