//! How long large schemas take, beside migra and Alembic: `make bench`, and with `TABLES=10000` the long way;
//! `TABLES=0` measures `apply` alone.
//!
//! `inspect` reads a database, and `diff_noop` compares two schemas that were read and are alike. The others run the
//! command line: `diff_alike` and `diff_ten` are `feedstock diff` of two live databases without a difference and with
//! ten, `first_new` writes the first migration of a project, and `new_noop` finds nothing to do, warm. Peers do what
//! comes closest; see `peers.py`. `apply_532_files` applies many small files, beside psql with the same transactions in
//! one session.

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
const WORKLOADS: [&str; 6] = ["inspect", "diff_noop", "diff_alike", "diff_ten", "first_new", "new_noop"];

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
    // Most workloads run this program as a project's own command line.
    if matches!(std::env::args().nth(1).as_deref(), Some("new" | "diff")) {
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
