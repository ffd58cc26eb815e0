//! Connection strings with TLS beside libpq: a test of the integration tests, which prints how many it compared.

use std::process::{Command, Stdio};

use super::trial::Trial;

/// The test, by its name.
const TEST: &str = "connect::tls_beside_libpq";

/// Runs the test, and counts the lines of its table.
pub fn round(trial: &mut Trial<'_>, _round: usize) -> usize {
    trial.phase(TEST);
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["test", "--workspace", "--test", "it", TEST, "--", "--exact", "--nocapture"]);
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    let output = command.output().unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        let end: Vec<&str> = text.lines().rev().take(30).collect();
        trial.wrong(format!("it fails:\n{}", end.into_iter().rev().collect::<Vec<_>>().join("\n")));
    } else if !text.contains("1 passed") {
        trial.wrong("there is no such test");
    }
    // `84 combinations beside libpq: …`
    let count = text.lines().find_map(|line| {
        let (before, _) = line.split_once(" combinations")?;
        before.rsplit(' ').next()?.parse().ok()
    });
    let count = count.unwrap_or(0);
    if count == 0 {
        trial.wrong("it does not say how many combinations it compared");
    }
    count.max(1)
}
