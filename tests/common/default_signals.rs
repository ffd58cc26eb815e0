//! Programs that tests send signals to.

use std::ffi::OsStr;
use std::process::Command;

/// A program that does not ignore HUP, INT and TERM, even where this process was told to (`nohup`, a job in the
/// background of a shell) and its children would be too.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    // SIGHUP, SIGINT and SIGTERM are 1, 2 and 15.
    if ignored & (1 | 1 << 1 | 1 << 14) == 0 {
        return Command::new(program);
    }
    let mut command = Command::new("env");
    command.arg("--default-signal=HUP,INT,TERM").arg(program);
    command
}
