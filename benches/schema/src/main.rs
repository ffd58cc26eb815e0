//! How long large schemas take, beside migra and Alembic: `make bench`, and with `TABLES=10000` the long way;
//! `TABLES=0` measures `apply` alone.
//!
//! Three workloads: `inspect` reads a database, `diff_noop` compares two schemas that were read and are alike, and
//! `new_noop` is a warm `feedstock new` that finds nothing to do. Peers do what comes closest; see `peers.py`.
//! `apply_532_files` applies many small files, beside psql with the same transactions in one session.

mod apply;
mod ours;
mod peers;
mod report;
mod tables;

use std::process::ExitCode;
use std::time::Duration;

/// What can go wrong anywhere here.
type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// What is measured.
const WORKLOADS: [&str; 3] = ["inspect", "diff_noop", "new_noop"];

/// Of the client alone; the server's work is in the wall time.
#[derive(Debug, Clone, Copy)]
struct Cost {
    cpu: Duration,
    wall: Duration,
}

/// What a contestant took for a workload, or why it could not be run.
struct Line {
    workload: &'static str,
    contestant: &'static str,
    cost: std::result::Result<Cost, String>,
}

fn main() -> ExitCode {
    // `new_noop` runs this program as a project's own command line.
    if std::env::args().nth(1).as_deref() == Some("new") {
        return ours::command_line();
    }
    match measured() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measured() -> Result {
    let count: usize = std::env::var("TABLES").unwrap_or_else(|_| "1000".to_owned()).parse()?;
    eprintln!("apply");
    let mut lines = apply::lines()?;
    if count == 0 {
        println!("{}", report::table(&lines, count));
        return report::add(&lines, count);
    }
    let databases = ours::Databases::new(count)?;
    for workload in WORKLOADS {
        eprintln!("{workload}");
        lines.push(Line { workload, contestant: report::OURS, cost: Ok(ours::cost(workload, &databases)?) });
        for contestant in peers::PEERS {
            lines.push(Line { workload, contestant, cost: peers::cost(contestant, workload, &databases) });
        }
    }
    println!("{}", report::table(&lines, count));
    report::add(&lines, count)
}
