//! Our side: the databases, and what we take for each workload.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use feedstock::Model;
use feedstock::internals::connect::connect;
use feedstock::internals::diff::{Hints, diff, renames};
use feedstock::internals::inspect::{Scope, inspect};
use feedstock::internals::prove::{Database, Scratch};
use nix::sys::resource::{Usage, UsageWho, getrusage};
use tempfile::TempDir;

use crate::tables::{tables, ten_differences};
use crate::{Cost, Result};

/// How often a workload is run; the middle one counts. A long one is run less often.
const RUNS: usize = 5;
const LONG_RUNS: usize = 3;

/// A model, since a project has some; all other tables are SQL.
#[derive(Model)]
#[model(table = "tag")]
#[allow(dead_code)]
struct Tag {
    #[model(primary_key)]
    id: i32,
}

/// Two databases of one schema, one with ten differences to them, and an empty one.
pub struct Databases {
    count: usize,
    here: Database,
    there: Database,
    changed: Database,
    empty: Database,
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
        let changed = scratch.clone_of(&here)?;
        changed.client()?.batch_execute(&ten_differences(count))?;
        Ok(Databases { count, there: scratch.clone_of(&here)?, changed, empty: scratch.database()?, here })
    }

    /// Those that a workload compares.
    pub fn of(&self, workload: &str) -> [&Database; 2] {
        match workload {
            "diff_ten" => [&self.here, &self.changed],
            "first_new" => [&self.empty, &self.here],
            _ => [&self.here, &self.there],
        }
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
        "inspect" => median(UsageWho::RUSAGE_SELF, RUNS, || {
            // A connection of its own each time: a server's caches are a connection's.
            inspect(&mut connect(databases.here.url())?, &scope)?;
            Ok(())
        }),
        "diff_noop" => {
            let current = inspect(&mut connect(databases.here.url())?, &scope)?;
            let wanted = inspect(&mut connect(databases.there.url())?, &scope)?;
            median(UsageWho::RUSAGE_SELF, RUNS, || {
                let renames = renames(&current, &wanted, &Hints::default());
                if !renames.is_empty() || !diff(&current, &wanted).is_empty() {
                    return Err("two databases of one schema differ".into());
                }
                Ok(())
            })
        }
        "new_noop" => new_noop(databases.count),
        "first_new" => {
            let files = [("schema/before", "tables.sql", tables(0, databases.count))];
            median(UsageWho::RUSAGE_CHILDREN, LONG_RUNS, || {
                let said = command(&project(&files)?, &["new", "tables"])?;
                insist(said.contains("written and proven"), &said)
            })
        }
        _ => {
            let [from, to] = databases.of(workload).map(Database::url);
            let (project, differ) = (project(&[])?, workload == "diff_ten");
            median(UsageWho::RUSAGE_CHILDREN, RUNS, || {
                let said = command(&project, &["diff", "--verbose", "--from", from, "--to", to])?;
                insist(said.contains("proving the plan") == differ, &said)
            })
        }
    }
}

/// `new` in a project of these tables: once to write the model's migration, once more, and then measured.
fn new_noop(count: usize) -> Result<Cost> {
    let sql = tables(0, count);
    let project =
        project(&[("migrations", "V1__tables.sql", sql.clone()), ("schema/before", "tables.sql", sql)])?;
    command(&project, &["new", "tag"])?;
    command(&project, &["new", "warm"])?;
    median(UsageWho::RUSAGE_CHILDREN, RUNS, || {
        let said = command(&project, &["new", "nothing"])?;
        insist(said.contains("nothing to do"), &said)
    })
}

/// A project with these files: the directory, the name and the text of each.
fn project(files: &[(&str, &str, String)]) -> Result<TempDir> {
    let project = tempfile::tempdir()?;
    std::fs::create_dir_all(project.path().join("migrations"))?;
    for (directory, file, text) in files {
        std::fs::create_dir_all(project.path().join(directory))?;
        std::fs::write(project.path().join(directory).join(file), text)?;
    }
    Ok(project)
}

/// Runs a verb in a project, and returns what it says.
fn command(project: &TempDir, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).current_dir(project.path()).stdout(Stdio::null());
    command.env("FEEDSTOCK_CACHE", "on").env_remove("FEEDSTOCK_SCRATCH_URL").env_remove("DATABASE_URL");
    let started = Instant::now();
    let output = command.stderr(Stdio::piped()).spawn()?.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    eprintln!("  {}: {:.2} s", arguments[0], started.elapsed().as_secs_f64());
    insist(output.status.success(), &said)?;
    Ok(said)
}

fn insist(holds: bool, said: &str) -> Result {
    if holds { Ok(()) } else { Err(format!("a workload did not do what it is to measure: {said}").into()) }
}

fn median(who: UsageWho, runs: usize, mut work: impl FnMut() -> Result) -> Result<Cost> {
    let mut costs = Vec::new();
    for _ in 0..runs {
        let (cpu, wall) = (used(&getrusage(who)?), Instant::now());
        work()?;
        costs.push(Cost { wall: wall.elapsed(), cpu: used(&getrusage(who)?).saturating_sub(cpu) });
    }
    let middle = |kind: fn(&Cost) -> Duration| {
        let mut times: Vec<Duration> = costs.iter().map(kind).collect();
        times.sort();
        times[runs / 2]
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
