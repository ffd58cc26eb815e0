//! Creates clusters with `initdb`, for both kinds of servers.

use std::path::Path;

use super::account::Account;
use super::binaries::{Binaries, run};
use super::{SUPERUSER, home};
use crate::error::Result;

/// A name that clusters of the same version, account and installation share.
pub(super) fn kind(binaries: &Binaries, account: &Account) -> String {
    let installation = home::short_hash(binaries.program("postgres").as_os_str().as_encoded_bytes());
    let (version, feedstock) = (binaries.version, env!("CARGO_PKG_VERSION"));
    format!("{version}-{feedstock}-{}-{installation}", account.name())
}

/// Creates a cluster with the encoding UTF8 and the locale C, so that texts sort alike on every machine.
pub(super) fn initdb(binaries: &Binaries, account: &Account, data: &Path, more: &[&str]) -> Result<()> {
    let mut command = binaries.command("initdb");
    command
        .arg("-D")
        .arg(data)
        .args(["-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--auth=trust"])
        .args(more);
    // Not run in our own directory: the account may be unable to enter it.
    command.current_dir("/");
    account.run(&mut command);
    run(&mut command).map(drop)
}
