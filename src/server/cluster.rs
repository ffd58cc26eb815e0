//! New clusters, as `initdb` creates them for both kinds of servers.

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

/// Makes a cluster whose text is UTF8 and sorts by bytes, alike on every machine.
pub(super) fn initdb(binaries: &Binaries, account: &Account, data: &Path, more: &[&str]) -> Result<()> {
    let mut command = binaries.command("initdb");
    command
        .arg("-D")
        .arg(data)
        .args(["-U", SUPERUSER, "-E", "UTF8", "--locale=C", "--auth=trust"])
        .args(more);
    // Not in our own directory: the account may be unable to enter it.
    command.current_dir("/");
    account.run(&mut command);
    run(&mut command).map(drop)
}
