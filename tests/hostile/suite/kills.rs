//! kill -9 of the client, of a server process, and of the server, at random moments.

use std::time::Duration;

use super::process::{Ended, Run};
use super::trial::Trial;
use super::workload::Workload;
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

/// Up to three kills of runs on one database, then a run that completes it.
pub fn round(trial: &mut Trial<'_>, _round: usize) -> usize {
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
    match database.left_within(BOUND) {
        Some(took) => trial.took(took),
        None => trial.hung(format!(
            "a server process goes on for more than {BOUND:?} without its client:{}",
            trial.world.cluster.activity()
        )),
    }
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

/// `kill -9` of one of the database's server processes; the server ends all others then, and recovers.
fn kill_server_process(database: &Database<'_>) {
    if let Some(pid) = database.processes().first() {
        let _ = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
        // What the others see is over when the server takes connections again.
        std::thread::sleep(Duration::from_millis(50));
    }
}
