//! Eight runners begin at once; some rounds lose one of them on the way.

use std::time::Duration;

use super::process::Run;
use super::trial::Trial;
use super::workload::Workload;
use super::{BOUND, complete};

/// How many runners begin at once.
const RUNNERS: usize = 8;

/// One race on a new database. All but the killed must end well, whoever of them did the work.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    let (url, usual) = (database.url(), trial.world.usual());
    let mut runs: Vec<Run> = (0..RUNNERS).map(|_| Run::apply(workload.project(), &url)).collect();
    let killed = (round % 3 == 2).then(|| (trial.random.below(RUNNERS), trial.random.time(usual * 2)));
    trial.phase(match killed {
        Some((number, after)) => format!("{RUNNERS} runners, number {number} killed after {after:?}"),
        None => format!("{RUNNERS} runners"),
    });
    if let Some((number, after)) = killed {
        std::thread::sleep(after);
        runs[number].kill();
        trial.count("killed in a race");
    }
    let mut applied = 0;
    for (number, run) in runs.into_iter().enumerate() {
        let ended = run.wait(trial, BOUND + Duration::from_secs(60));
        trial.took(ended.took);
        if killed.is_none_or(|killed| killed.0 != number) {
            ended.must_be_good(trial, &format!("runner {number}"));
            applied += ended.text.matches(": applied in ").count();
        }
    }
    if killed.is_none() && applied as i64 != workload.last() {
        trial.wrong(format!("together they say that they applied {applied} of {} files", workload.last()));
    }
    let mut client = database.client();
    trial.all_wrong(workload.incomplete(&mut client));
    drop(client);
    complete(trial, &workload, &database);
    1
}
