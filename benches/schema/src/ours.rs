//! Our side: the databases, and what we take for each workload.

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use feedstock::Model;
use feedstock::internals::connect::connect;
use feedstock::internals::diff::{Hints, diff, renames};
use feedstock::internals::inspect::{Scope, inspect};
use feedstock::internals::prove::{Database, Scratch};
use nix::sys::resource::{Usage, UsageWho, getrusage};

use crate::tables::tables;
use crate::{Cost, Result};

/// How often a workload is run; the middle one counts.
const RUNS: usize = 5;

/// A model, since a project has some; all other tables are SQL.
#[derive(Model)]
#[model(table = "tag")]
#[allow(dead_code)]
struct Tag {
    #[model(primary_key)]
    id: i32,
}

/// Two databases of one schema.
pub struct Databases {
    count: usize,
    pub here: Database,
    pub there: Database,
}

impl Databases {
    pub fn new(count: usize) -> Result<Self> {
        let scratch = Scratch::start(None)?;
        let here = scratch.database()?;
        let mut client = here.client()?;
        // Each part is a transaction, and a server has only so many locks.
        for from in (0..count).step_by(500) {
            client.batch_execute(&tables(from, 500.min(count - from)))?;
        }
        drop(client);
        Ok(Databases { count, there: scratch.clone_of(&here)?, here })
    }
}

/// What this program does as a project's command line.
pub fn command_line() -> ExitCode {
    feedstock::cli::run(feedstock::models![Tag])
}

/// The median of several runs.
pub fn cost(workload: &str, databases: &Databases) -> Result<Cost> {
    let scope = Scope::default();
    match workload {
        "inspect" => median(UsageWho::RUSAGE_SELF, || {
            // A connection of its own each time: a server's caches are a connection's.
            inspect(&mut connect(databases.here.url())?, &scope)?;
            Ok(())
        }),
        "diff_noop" => {
            let current = inspect(&mut connect(databases.here.url())?, &scope)?;
            let wanted = inspect(&mut connect(databases.there.url())?, &scope)?;
            median(UsageWho::RUSAGE_SELF, || {
                let renames = renames(&current, &wanted, &Hints::default());
                if !renames.is_empty() || !diff(&current, &wanted).is_empty() {
                    return Err("two databases of one schema differ".into());
                }
                Ok(())
            })
        }
        _ => new_noop(databases.count),
    }
}

/// `new` in a project of these tables: once to write the model's migration, once more, and then measured.
fn new_noop(count: usize) -> Result<Cost> {
    let project = tempfile::tempdir()?;
    let sql = tables(0, count);
    for (directory, file) in [("migrations", "V1__tables.sql"), ("schema/before", "tables.sql")] {
        std::fs::create_dir_all(project.path().join(directory))?;
        std::fs::write(project.path().join(directory).join(file), &sql)?;
    }
    new(project.path(), "tag")?;
    new(project.path(), "warm")?;
    median(UsageWho::RUSAGE_CHILDREN, || new(project.path(), "nothing"))
}

fn new(project: &Path, name: &str) -> Result {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["new", name]).current_dir(project).stdout(Stdio::null());
    command.env("FEEDSTOCK_CACHE", "on").env_remove("FEEDSTOCK_SCRATCH_URL");
    let started = Instant::now();
    let output = command.stderr(Stdio::piped()).spawn()?.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    eprintln!("  new {name}: {:.2} s", started.elapsed().as_secs_f64());
    if !output.status.success() || (name == "nothing" && !said.contains("nothing to do")) {
        return Err(format!("`new {name}` failed: {said}").into());
    }
    Ok(())
}

fn median(who: UsageWho, mut work: impl FnMut() -> Result) -> Result<Cost> {
    let mut costs = Vec::new();
    for _ in 0..RUNS {
        let (cpu, wall) = (used(&getrusage(who)?), Instant::now());
        work()?;
        costs.push(Cost { wall: wall.elapsed(), cpu: used(&getrusage(who)?).saturating_sub(cpu) });
    }
    let middle = |kind: fn(&Cost) -> Duration| {
        let mut times: Vec<Duration> = costs.iter().map(kind).collect();
        times.sort();
        times[RUNS / 2]
    };
    Ok(Cost { cpu: middle(|cost| cost.cpu), wall: middle(|cost| cost.wall) })
}

/// The CPU time of user and system.
pub fn used(usage: &Usage) -> Duration {
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::from_secs(time.tv_sec().cast_unsigned())
            + Duration::from_micros(time.tv_usec().cast_unsigned())
    };
    micros(usage.user_time()) + micros(usage.system_time())
}
