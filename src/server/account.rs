//! The operating system's account that a private server runs as.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{User, geteuid};

use crate::error::{Error, Result};

/// The account of the server.
#[derive(Debug, Clone)]
pub(super) enum Account {
    /// Our own.
    Own,
    /// Another one: we are root, and Postgres refuses to run as root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// Our own account, or, for root, `postgres` or else `nobody`.
    pub fn for_servers() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Account::Own);
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                let (uid, gid) = (user.uid.as_raw(), user.gid.as_raw());
                return Ok(Account::Other { name: name.to_owned(), uid, gid });
            }
        }
        Err(Error::database("Postgres does not run as root, and there is no account `postgres` or `nobody`")
            .help("run this as another user, or create one of these accounts"))
    }

    /// The account's name, which is part of file names.
    pub fn name(&self) -> &str {
        match self {
            Account::Own => "own",
            Account::Other { name, .. } => name,
        }
    }

    /// Makes a command run as this account.
    pub fn run(&self, command: &mut Command) {
        if let Account::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
    }

    /// Can this account enter a directory?
    pub fn reaches(&self, directory: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        // Tried, since the permissions of all parent directories count, and access control lists too.
        command.args(["-c", ":"]).current_dir(directory);
        self.run(&mut command);
        command.status().is_ok_and(|status| status.success())
    }

    /// Makes this account the owner of a file or a directory.
    pub fn own(&self, path: &Path) -> Result<()> {
        if let Account::Other { name, uid, gid } = self {
            std::os::unix::fs::chown(path, Some(*uid), Some(*gid)).map_err(|error| {
                Error::file(format!("{} cannot be given to {name}", path.display())).because(error)
            })?;
        }
        Ok(())
    }
}
