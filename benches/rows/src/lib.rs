//! How fast rows of a table of 26 columns come and go, against the line that people write by hand.
//!
//! The driver starts a private Postgres, fills it, and runs each contestant as a process of its own: under callgrind
//! for its instructions, and in pairs with the hand-written line for CPU and wall time. A contestant that does not
//! see the rows that the hand-written line sees is an error.

mod by_key;
mod compile;
mod contestant;
mod database;
pub mod image;
mod insert;
mod measure;
mod report;
mod select;
mod select_tokio;

use std::process::ExitCode;

pub use contestant::{Contestant, Run, Sum};
pub use insert::round;
pub use select_tokio::runtime;

/// What can go wrong anywhere here.
pub type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The most rows of 25 values whose parameters one statement takes: 65,535.
pub const ROWS_OF_A_STATEMENT: usize = 65_535 / 25;

/// The contestant of each workload that the others are compared with.
pub const HAND: &str = "hand";

/// Everything that `make bench` compares, the hand-written line of each workload first.
pub const CONTESTANTS: &[Contestant] = &[
    Contestant { workload: "select", name: HAND, run: select::hand },
    Contestant { workload: "select", name: "owned", run: select::owned },
    Contestant { workload: "select", name: "borrowed", run: select::borrowed },
    Contestant { workload: "select", name: "copy_out", run: select::copy_out },
    Contestant { workload: "select", name: "by_name", run: select::by_names },
    Contestant { workload: "select", name: "streamed", run: select::streamed },
    Contestant { workload: "select", name: "untouched", run: select::untouched },
    Contestant { workload: "select on tokio", name: HAND, run: select_tokio::hand },
    Contestant { workload: "select on tokio", name: "owned", run: select_tokio::owned },
    Contestant { workload: "select on tokio", name: "borrowed", run: select_tokio::borrowed },
    Contestant { workload: "select on tokio", name: "copy_out", run: select_tokio::copy_out },
    Contestant { workload: "select on tokio", name: "streamed", run: select_tokio::streamed },
    Contestant { workload: "select on tokio", name: "untouched", run: select_tokio::untouched },
    Contestant { workload: "by_key", name: HAND, run: by_key::hand },
    Contestant { workload: "by_key", name: "owned", run: by_key::owned },
    Contestant { workload: "by_key", name: "unnamed", run: by_key::unnamed },
    Contestant { workload: "insert_many", name: HAND, run: insert::unnest },
    Contestant { workload: "insert_many", name: "ours", run: insert::insert_many },
    Contestant { workload: "copy_in", name: HAND, run: insert::copy },
    Contestant { workload: "copy_in", name: "ours", run: insert::copy_in },
];

/// The whole program: the driver, or, with arguments of the driver's, one contestant.
pub fn main(contestants: &[Contestant], report: &str) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("contestant") => contestant::main(contestants, &arguments[1..]),
        Some(other) => Err(format!("`{other}` is no argument; there are none").into()),
        None => drive(contestants, report),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn drive(contestants: &[Contestant], report: &str) -> Result {
    let sizes = measure::Sizes::from_environment()?;
    let filled = database::start(sizes.rows)?;
    let mut lines = measure::all(contestants, &sizes, &filled)?;
    if sizes.wants(compile::WORKLOAD) {
        lines.push(compile::line()?);
    }
    println!("{}", report::table(&lines));
    println!("{}", report::machine(&sizes, filled.version())?);
    // A part is not left for programs.
    if sizes.workload.is_none() { report::write(&lines, report) } else { Ok(()) }
}
