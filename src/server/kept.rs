//! The scratch cluster that one process of a project leaves to the next, with the databases that are kept in it.
//!
//! It is taken and left by renaming a directory, so that only one process can have it: whoever comes meanwhile begins
//! with a new cluster. Only a server that stopped cleanly leaves one; what is killed is swept like any scratch
//! server. Nothing in it was ever flushed to the disk, so the boot that wrote it is part of its name.

use std::fs;
use std::path::{Path, PathBuf};

use super::account::Account;
use super::binaries::Binaries;
use super::home;
use crate::error::{Error, Result};

/// Where a project's cluster waits for the next process.
#[derive(Debug)]
pub(super) struct Place {
    cluster: PathBuf,
}

impl Place {
    /// Takes the cluster away, if there is one.
    pub fn take(&self, data: &Path) -> bool {
        fs::rename(&self.cluster, data).is_ok()
    }

    /// Leaves a cluster, unless another process left one meanwhile.
    pub fn leave(&self, data: &Path) {
        let _ = fs::rename(data, &self.cluster);
    }
}

/// The place of a project's cluster; `None` where nobody can tell one boot of the machine from another.
pub(super) fn place(project: &Path, binaries: &Binaries, account: &Account) -> Result<Option<Place>> {
    let Some(boot) = boot() else { return Ok(None) };
    let project = fs::canonicalize(project)
        .map_err(|error| Error::file(format!("{} cannot be found", project.display())).because(error))?;
    let home = home::home()?;
    let all = home.join("kept");
    home::private_directory(&all, account)?;
    let _lock = home::locked_file(&home.join("kept.lock"))?;
    sweep(&all);
    let own = all.join(home::short_hash(project.as_os_str().as_encoded_bytes()));
    home::private_directory(&own, account)?;
    home::write_once(&own.join(PROJECT), &project.to_string_lossy())?;
    let kind = format!("{}-{}", super::scratch::kind(binaries, account), home::short_hash(boot.as_bytes()));
    forget_others(&own, &kind);
    Ok(Some(Place { cluster: own.join(kind) }))
}

/// The file that names the project.
const PROJECT: &str = "project";

/// Removes what projects left that are not there any more.
fn sweep(all: &Path) {
    for entry in fs::read_dir(all).into_iter().flatten().flatten() {
        let gone = |project: String| !Path::new(&project).exists();
        if fs::read_to_string(entry.path().join(PROJECT)).is_ok_and(gone) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes the clusters of other versions and of other boots.
fn forget_others(own: &Path, kind: &str) {
    for entry in fs::read_dir(own).into_iter().flatten().flatten() {
        if entry.file_name() != kind && entry.file_name() != PROJECT {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// What tells this boot of the machine from others: on Linux, then on macOS.
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
