//! kill -9 of the client, of a server process, and of the server, at random moments.

use std::time::Duration;

use super::process::{Ended, Run};
use super::trial::Trial;
use super::workload::{Workload, exists, project, recorded, until};
use super::{BOUND, Database, complete};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Victim {
    Client,
    ServerProcess,
    Server,
}

const VICTIMS: [Victim; 8] = [
    Victim::Client,
    Victim::Client,
    Victim::Client,
    Victim::Client,
    Victim::Client,
    Victim::ServerProcess,
    Victim::ServerProcess,
    Victim::Server,
];

/// How long a statement may go on without its client, where the server looks after that.
const WITHOUT_CLIENT: Duration = Duration::from_secs(15);

/// Up to three kills of runs on one database, then a run that completes it. Every tenth round kills the client of a
/// long statement.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    if round % 10 == 3 {
        return in_a_long_statement(trial);
    }
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    let mut killed = 0;
    for _ in 0..1 + trial.random.below(3) {
        let victim = trial.random.one(&VICTIMS);
        let usual = trial.world.usual();
        let after = trial.random.time(usual);
        trial.phase(format!("{victim:?} killed after {after:?}"));
        let mut run = Run::apply(workload.project(), &database.url());
        std::thread::sleep(after.saturating_sub(run.age()));
        let running = run.runs();
        killed += usize::from(running);
        match victim {
            Victim::Client => run.kill(),
            Victim::ServerProcess => kill_server_process(&database),
            Victim::Server => trial.world.cluster.restart_immediately(),
        }
        let ended = run.wait(trial, BOUND);
        if running {
            trial.count(match victim {
                Victim::Client => "clients",
                Victim::ServerProcess => "server processes",
                Victim::Server => "servers",
            });
        }
        look_after(trial, &workload, &database, &ended, victim);
    }
    complete(trial, &workload, &database);
    killed
}

/// What the killed run left, and whether it told the truth.
fn look_after(
    trial: &mut Trial<'_>,
    workload: &Workload,
    database: &Database<'_>,
    ended: &Ended,
    victim: Victim,
) {
    super::server_has_stopped(trial, database, BOUND);
    let mut client = database.client();
    trial.all_wrong(workload.wrong(&mut client));
    let recorded = workload.recorded(&mut client);
    if (1..workload.last()).contains(&(recorded.len() as i64)) {
        trial.count("found midway");
    }
    if victim == Victim::Client || ended.status == Some(0) {
        return;
    }
    ended.must_be_a_failure(trial, "a run whose server process was killed");
    super::tells_the_truth(trial, ended, &recorded);
}

/// The server ends a statement that locks a table when its client is gone.
fn in_a_long_statement(trial: &mut Trial<'_>) -> usize {
    trial.phase("Client killed in a long statement");
    let text = "CREATE TABLE t1 ();\nSELECT pg_sleep(40);\n";
    let project = project(&[("V1__slow.sql", text)]);
    let database = trial.world.cluster.database();
    let mut run = Run::apply(project.path(), &database.url());
    let sleeping =
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()";
    if !until(&mut database.client(), sleeping, BOUND) {
        trial.wrong(format!("the run does not come to its statement:{}", trial.world.cluster.activity()));
    }
    run.kill();
    run.wait(trial, BOUND);
    super::server_has_stopped(trial, &database, WITHOUT_CLIENT);
    trial.count("in a long statement");
    let quick = text.replace("40", "0");
    std::fs::write(project.path().join("migrations/V1__slow.sql"), quick).unwrap();
    super::next_run_completes(trial, &database, project.path(), |client| {
        recorded(client) == [1] && exists(client, "t1")
    });
    1
}

/// `kill -9` of one of the database's server processes; the server ends all others then, and recovers.
fn kill_server_process(database: &Database<'_>) {
    if let Some(pid) = database.processes().first() {
        let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
        // What the others see is over when the server takes connections again.
        std::thread::sleep(Duration::from_millis(50));
    }
}
