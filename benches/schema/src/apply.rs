//! `apply` of many small files, beside psql with the same transactions in one session.

use std::fmt::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use feedstock::Migrations;
use feedstock::internals::connect::connect;
use feedstock::internals::prove::Scratch;
use feedstock::runner::{Options, apply};
use nix::sys::resource::{UsageWho, getrusage};

use crate::ours::used;
use crate::report::OURS;
use crate::{Cost, Line, Result};

const WORKLOAD: &str = "apply_532_files";
const FILES: usize = 532;
/// Pairs of runs, each on a database of its own; the middle one counts.
const PAIRS: usize = 7;
const HISTORY: &str = "CREATE TABLE refinery_schema_history (version int8 PRIMARY KEY, name varchar(255), \
     applied_on varchar(255), checksum varchar(255));\n";

/// Both contestants, run in turn.
pub fn lines() -> Result<Vec<Line>> {
    let scratch = Scratch::start(None)?;
    let files = tempfile::tempdir()?;
    let mut script = HISTORY.to_owned();
    for version in 1..=FILES {
        let sql = file(version);
        std::fs::write(files.path().join(format!("V{version}__f.sql")), &sql)?;
        write!(
            script,
            "BEGIN;\n{sql}INSERT INTO refinery_schema_history VALUES ({version}, 'f', now()::text, '0');\nCOMMIT;\n"
        )?;
    }
    let migrations = Migrations::read(files.path())?;
    let path = files.path().join("all.psql");
    std::fs::write(&path, script)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..PAIRS {
        let database = scratch.database()?;
        ours.push(cost(UsageWho::RUSAGE_SELF, || {
            let report = apply(&mut connect(database.url())?, &migrations, &Options::default(), &mut |_| {})?;
            if report.applied.len() == FILES { Ok(()) } else { Err("not all files were applied".into()) }
        })?);
        let database = scratch.database()?;
        let server = scratch.server().ok_or("a private server has psql")?;
        theirs.push(cost(UsageWho::RUSAGE_CHILDREN, || {
            let mut psql = server.command("psql");
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.url(), "-f"]).arg(&path);
            if psql.stdout(Stdio::null()).status()?.success() { Ok(()) } else { Err("psql failed".into()) }
        })?);
    }
    let line = |contestant, costs| Line { workload: WORKLOAD, contestant, cost: Ok(middle(costs)) };
    Ok(vec![line(OURS, ours), line("psql", theirs)])
}

/// Two statements in most files, one in the others.
fn file(version: usize) -> String {
    let table = format!("CREATE TABLE t{version} (id int PRIMARY KEY, name text NOT NULL);\n");
    match version % 7 {
        0 => table,
        _ => format!("{table}CREATE INDEX i{version} ON t{version} (name);\n"),
    }
}

fn cost(who: UsageWho, work: impl FnOnce() -> Result) -> Result<Cost> {
    let (cpu, wall) = (used(&getrusage(who)?), Instant::now());
    work()?;
    Ok(Cost { wall: wall.elapsed(), cpu: used(&getrusage(who)?).saturating_sub(cpu) })
}

fn middle(costs: Vec<Cost>) -> Cost {
    let of = |kind: fn(&Cost) -> Duration| {
        let mut times: Vec<Duration> = costs.iter().map(kind).collect();
        times.sort();
        times[times.len() / 2]
    };
    Cost { cpu: of(|cost| cost.cpu), wall: of(|cost| cost.wall) }
}
