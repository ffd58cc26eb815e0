//! The peers, in Python, from PyPI: installed once beside what is built.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::Cost;
use crate::ours::Databases;

pub const PEERS: [&str; 2] = ["migra", "alembic"];

/// What a peer takes, or why it cannot be run here.
pub fn cost(peer: &str, workload: &str, databases: &Databases) -> Result<Cost, String> {
    let python = python()?;
    let urls = databases.of(workload).map(|database| url_of(database.url()));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.py");
    let said = output(Command::new(python).arg(script).args([peer, workload]).args(urls))?;
    let mut seconds = said.split_whitespace().map(str::parse::<f64>);
    let (Some(Ok(cpu)), Some(Ok(wall))) = (seconds.next(), seconds.next()) else {
        return Err(format!("it says {said:?}"));
    };
    Ok(Cost { cpu: Duration::from_secs_f64(cpu), wall: Duration::from_secs_f64(wall) })
}

/// The Python that has them.
fn python() -> Result<PathBuf, String> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let venv = own.join("../../target/bench/python");
    let (python, done) = (venv.join("bin/python"), venv.join("done"));
    if !done.exists() {
        output(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
        let requirements = own.join("requirements.txt");
        let mut pip = Command::new(&python);
        output(pip.args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements))?;
        std::fs::write(done, "").map_err(|error| error.to_string())?;
    }
    Ok(python)
}

/// Our URL names the socket's directory where libpq has the host.
fn url_of(url: &str) -> String {
    let rest = url.trim_start_matches("postgres://");
    let (user, rest) = rest.split_once('@').unwrap_or(("feedstock", rest));
    let (host, name) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = host.rsplit_once(':').unwrap_or((host, "5432"));
    format!("postgresql://{user}@/{name}?host={host}&port={port}")
}

/// What a program prints; of one that fails, the last line of its complaint.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(complaint.lines().last().unwrap_or("it failed").to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
