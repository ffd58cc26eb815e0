//! What the runner must survive: kills, races, signals, poolers, proxies, full disks, locks in its way.
//!
//! Each check is a sequence of rounds, and each round follows from the seed, the check's name and its number alone. The
//! real command line runs as processes on a real server. After every blow a further run must complete what was begun,
//! and the traces of the migrations, the history and the catalog must agree.

#[path = "../../common/default_signals.rs"]
pub mod default_signals;
#[path = "../../common/proxy.rs"]
mod proxy;

mod cluster;
mod disk;
mod kills;
mod poolers;
mod process;
mod proxies;
mod races;
mod random;
mod signals;
mod storms;
mod tls;
mod trial;
mod workload;

use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use cluster::{Cluster, Database};
use postgres::Client;
use process::{Ended, Run};
use random::Random;
use trial::{Check, Fault, Figures, Trial};
use workload::Workload;

/// How long anything may take that has no bound of its own here.
const BOUND: Duration = Duration::from_secs(30);

/// The checks, and how much of each is full scale.
const CHECKS: &[Check] = &[
    Check { name: "kills", unit: "kills", full: 500, round: kills::round },
    Check { name: "races", unit: "races of 8", full: 50, round: races::round },
    Check { name: "signals", unit: "signals", full: 63, round: signals::round },
    Check { name: "poolers", unit: "runs", full: 48, round: poolers::round },
    Check { name: "proxies", unit: "stalls and cuts", full: 117, round: proxies::round },
    Check { name: "disk", unit: "full disks", full: 12, round: disk::round },
    Check { name: "storms", unit: "storms", full: 16, round: storms::round },
    Check { name: "tls", unit: "combinations", full: 84, round: tls::round },
];

/// What is to be run.
pub struct Plan {
    /// What everything random follows from.
    pub seed: u64,
    /// The checks, by name, and how many of their units. All at full scale: [`Plan::scaled`].
    pub checks: Vec<(String, usize)>,
    /// One round alone.
    pub round: Option<usize>,
    /// The checks that are left out knowingly.
    pub without: Vec<String>,
    /// Says what happens while it happens.
    pub tell: fn(&str),
}

impl Plan {
    /// All checks, or some, at a part of full scale.
    pub fn scaled(scale: f64, only: &[String]) -> Vec<(String, usize)> {
        let wanted =
            CHECKS.iter().filter(|check| only.is_empty() || only.iter().any(|name| name == check.name));
        // The table beside libpq is one test: all of it, or none.
        let count = |check: &Check| {
            if check.name == "tls" { check.full } else { (check.full as f64 * scale).ceil() as usize }
        };
        wanted.map(|check| (check.name.to_owned(), count(check).max(1))).collect()
    }

    /// The names of all checks.
    pub fn names() -> Vec<&'static str> {
        CHECKS.iter().map(|check| check.name).collect()
    }
}

/// What all rounds share.
pub struct World {
    cluster: Cluster,
    seed: u64,
    usual: OnceLock<(Duration, usize)>,
    tell: fn(&str),
}

impl World {
    fn say(&self, text: &str) {
        (self.tell)(text);
    }

    /// How long a run of a whole workload takes when nobody disturbs it.
    fn usual(&self) -> Duration {
        self.undisturbed().0
    }

    /// How many messages its first connection sends.
    fn messages(&self) -> usize {
        self.undisturbed().1
    }

    fn undisturbed(&self) -> (Duration, usize) {
        *self.usual.get_or_init(|| {
            let workload = Workload::new(&mut Random::new(self.seed, "undisturbed", 0));
            let database = self.cluster.database();
            let proxy = proxy::Proxy::start(self.cluster.address(), None).unwrap();
            let begun = Instant::now();
            let mut run = Run::apply(workload.project(), &database.url_at(proxy.port()));
            assert!(run.ends_within(BOUND * 2), "an undisturbed run takes longer than {:?}", BOUND * 2);
            let took = begun.elapsed();
            let wrong = workload.incomplete(&mut database.client());
            assert!(wrong.is_empty(), "an undisturbed run leaves: {wrong:?}");
            let (files, messages) = (workload.last(), proxy.messages());
            self.say(&format!(
                "undisturbed, a run of {files} files takes {took:.2?} and sends {messages} messages"
            ));
            (took, messages)
        })
    }
}

/// Runs the plan, prints the table, and gives whether all is well.
pub fn run(plan: &Plan) -> bool {
    let begun = Instant::now();
    let world = World { cluster: Cluster::start(), seed: plan.seed, usual: OnceLock::new(), tell: plan.tell };
    process::put_aside(world.cluster.directory());
    world.say(&format!("HOSTILE_SEED={}", plan.seed));
    world.usual();
    let mut all = Vec::new();
    for (name, asked) in &plan.checks {
        let check = CHECKS.iter().find(|check| check.name == name);
        let check = check.unwrap_or_else(|| panic!("there is no check `{name}`: {:?}", Plan::names()));
        if plan.without.contains(name) {
            world.say(&format!("left out, as asked: {name}"));
            continue;
        }
        let figures = check.run(&world, *asked, plan.round);
        world.say(&line(&figures));
        all.push(figures);
    }
    world.say(&table(plan, &all, begun.elapsed()));
    all.iter().all(|figures| figures.failures.is_empty())
}

/// After the blow: a run that completes everything, and another one that finds nothing to do.
fn complete(trial: &mut Trial<'_>, workload: &Workload, database: &Database<'_>) {
    let ended = Run::apply(workload.project(), &database.url()).wait(trial, BOUND);
    trial.took(ended.took);
    ended.must_be_good(trial, "the run that is to complete it");
    trial.all_wrong(workload.incomplete(&mut database.client()));
}

/// Another run, which must apply the rest; `good` says whether the database then has all of it.
fn next_run_completes(
    trial: &mut Trial<'_>,
    database: &Database<'_>,
    project: &Path,
    good: impl FnOnce(&mut Client) -> bool,
) {
    Run::apply(project, &database.url()).wait(trial, BOUND).must_be_good(trial, "the next run");
    let mut client = database.client();
    let recorded = workload::recorded(&mut client);
    if !good(&mut client) {
        trial.wrong(format!(
            "after the next run the history has {recorded:?}, and the database is not as it should be"
        ));
    }
}

/// Waits until no server process works on the database for a client any more. One that goes on for longer than `bound`
/// hangs.
fn server_has_stopped(trial: &mut Trial<'_>, database: &Database<'_>, bound: Duration) {
    if let Some(took) = database.left_within(bound) {
        trial.took(took);
        return;
    }
    let begun = Instant::now();
    let activity = trial.world.cluster.activity();
    let end = database.left_within(bound + BOUND).map(|_| begun.elapsed());
    let longer = end.map_or("it does not end".to_owned(), |longer| format!("it ends {longer:.1?} later"));
    trial.hung(format!("after {bound:?} a server process works without its client; {longer}:{activity}"));
}

/// A run that says that nothing of a file is applied, or that it is, is right.
fn tells_the_truth(trial: &mut Trial<'_>, ended: &Ended, recorded: &[i64]) {
    if let Some(version) = ended.claims()
        && !recorded.contains(&version)
    {
        trial.wrong(format!("it says that V{version} is applied, and it is not:\n{}", ended.text));
    }
    if let Some(version) = ended.denies()
        && recorded.contains(&version)
    {
        trial.wrong(format!("it says that nothing of V{version} is applied, and it is:\n{}", ended.text));
    }
}

fn line(figures: &Figures) -> String {
    let counts: Vec<String> = figures.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
    format!(
        "{:<8} {:>4} of {:>4} {:<15} {:>4} rounds {:>4} failures  longest {:>6.2} s  {:>5.0} s in all  {}",
        figures.name,
        figures.done,
        figures.asked,
        figures.unit,
        figures.rounds,
        figures.failures.len(),
        figures.longest.as_secs_f64(),
        figures.took.as_secs_f64(),
        counts.join(", "),
    )
}

/// The figures of all checks, then the sentence that they bear out, or the failures.
fn table(plan: &Plan, all: &[Figures], took: Duration) -> String {
    let mut text = format!("\nhostile suite, seed {}, {:.0} s\n", plan.seed, took.as_secs_f64());
    for figures in all {
        text += &format!("  {}\n", line(figures));
    }
    let outputs: usize = all.iter().map(|figures| figures.outputs).sum();
    text += &format!("  {outputs} outputs were searched for the password\n");
    for name in &plan.without {
        text += &format!("  left out, as asked: {name}\n");
    }
    let failures: Vec<(&str, &trial::Failure)> = all
        .iter()
        .flat_map(|figures| figures.failures.iter().map(|failure| (figures.name, failure)))
        .collect();
    if failures.is_empty() {
        return text
            + "nothing lost, nothing twice, nothing unrecorded, no secret, no hang longer than its bound\n";
    }
    let of = |fault: Fault| failures.iter().filter(|(_, failure)| failure.fault == fault).count();
    text += &format!(
        "{} failures: {} wrong, {} hangs, {} secrets, {} not run\n",
        failures.len(),
        of(Fault::Wrong),
        of(Fault::Hang),
        of(Fault::Secret),
        of(Fault::NotRun),
    );
    for (name, failure) in failures {
        text += &format!("{}\n", failure.text(plan.seed, name));
    }
    text
}
