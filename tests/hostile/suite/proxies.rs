//! A proxy between the run and the server that stalls or cuts, at each phase of the protocol.

use std::time::{Duration, Instant};

use super::process::{Ended, Run};
use super::proxy::{Act, Moment, Proxy, Trouble};
use super::trial::Trial;
use super::workload::{self, Workload, exists, project};
use super::{BOUND, Database, complete};

/// What connection strings say in `connect_timeout`, in seconds.
const CONNECT_TIMEOUT: u64 = 2;
/// How long a delay is: less than that.
const DELAY: Duration = Duration::from_secs(1);
/// How much longer than that a start may take.
const LONGER: Duration = Duration::from_secs(3);
/// How long a run whose connection stalls may take to end after the first signal; after the second one two seconds.
const TO_END: Duration = Duration::from_secs(20);

/// A phase, or a kind of moment within the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Accepted,
    Startup,
    Login,
    AnyMessage,
    AnyAnswer,
    During,
    BeforeCommit,
    AfterCommit,
    SecondAccepted,
    SecondStartup,
    SecondLogin,
    SecondMessage,
    SecondAnswer,
}

const PHASES: [Phase; 13] = [
    Phase::AfterCommit,
    Phase::SecondLogin,
    Phase::During,
    Phase::Startup,
    Phase::BeforeCommit,
    Phase::SecondAnswer,
    Phase::AnyMessage,
    Phase::Accepted,
    Phase::Login,
    Phase::AnyAnswer,
    Phase::SecondAccepted,
    Phase::SecondStartup,
    Phase::SecondMessage,
];

const ACTS: [Act; 3] = [Act::Cut, Act::Stall, Act::Delay(DELAY)];

/// One run through a proxy that makes trouble once, and a run that completes it.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    let phase = PHASES[round / ACTS.len() % PHASES.len()];
    let act = ACTS[round % ACTS.len()];
    match phase {
        Phase::SecondAccepted
        | Phase::SecondStartup
        | Phase::SecondLogin
        | Phase::SecondMessage
        | Phase::SecondAnswer => second_connection(trial, phase, act),
        _ => first_connection(trial, phase, act),
    }
}

fn first_connection(trial: &mut Trial<'_>, phase: Phase, act: Act) -> usize {
    let workload = Workload::new(&mut trial.random);
    let database = trial.world.cluster.database();
    let messages = trial.world.messages();
    let random = &mut trial.random;
    // The commit of the history's table is the first; each file has one.
    let commit = 1 + random.below(8);
    let moment = match phase {
        Phase::Accepted => Moment::Accepted,
        Phase::Startup => Moment::Startup,
        Phase::Login => Moment::Login,
        Phase::AnyMessage => Moment::Message(1 + random.below(messages)),
        Phase::AnyAnswer => Moment::Answer(1 + random.below(messages)),
        Phase::During => {
            let text =
                random.one(&["pg_sleep(0.003)", "CONCURRENTLY", "INSERT INTO ledger", "LOOP", "ADD VALUE"]);
            Moment::During(text, 1)
        }
        Phase::BeforeCommit => Moment::Before("COMMIT\0", commit),
        _ => Moment::After("COMMIT\0", commit),
    };
    trial.phase(format!("{act:?} at {moment:?}"));
    let trouble = Trouble { connection: 1, moment, act };
    let proxy = Proxy::start(trial.world.cluster.address(), Some(trouble)).unwrap();
    let mut run = Run::apply(workload.project(), &url(&database, &proxy));
    let begins = matches!(phase, Phase::Accepted | Phase::Startup | Phase::Login);
    let ended = if act != Act::Stall {
        run.wait(trial, BOUND)
    } else if begins {
        run.wait(trial, Duration::from_secs(CONNECT_TIMEOUT) + LONGER)
    } else {
        stalled(trial, run_until(&proxy, &mut run), run)
    };
    trial.took(ended.took);
    let happened = proxy.happened();
    drop(proxy);
    if matches!(act, Act::Delay(_)) {
        ended.must_be_good(trial, "a run that was only delayed");
    } else if happened && ended.status == Some(0) && !matches!(phase, Phase::AnyMessage | Phase::AnyAnswer) {
        trial.wrong("the run ends well without an answer of the server");
    }
    if happened && matches!(phase, Phase::BeforeCommit | Phase::AfterCommit) {
        trial.count("lost or late commits");
    }
    look_after(trial, &workload, &database, &ended, begins, act, happened);
    complete(trial, &workload, &database);
    if happened {
        trial.count(match act {
            Act::Cut => "cut",
            Act::Stall => "stalled",
            Act::Delay(_) => "delayed",
        });
    }
    usize::from(happened)
}

/// Waits until the trouble has begun, or the run has ended without it.
fn run_until(proxy: &Proxy, run: &mut Run) -> bool {
    let deadline = Instant::now() + BOUND;
    while !proxy.happened() && run.runs() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
    proxy.happened()
}

/// A run that gets no answer any more: Ctrl-C ends it, at the latest the second one.
fn stalled(trial: &mut Trial<'_>, happened: bool, mut run: Run) -> Ended {
    if !happened {
        return run.wait(trial, BOUND);
    }
    if run.ends_within(Duration::from_millis(500)) {
        trial.count("ended by itself");
        return run.wait(trial, BOUND);
    }
    let begun = Instant::now();
    run.signal("INT");
    if run.ends_within(TO_END) {
        trial.count("ended by one signal");
        trial.took(begun.elapsed());
    } else {
        trial.count("ended by two signals");
        run.signal("INT");
    }
    run.wait(trial, Duration::from_secs(2))
}

fn look_after(
    trial: &mut Trial<'_>,
    workload: &Workload,
    database: &Database<'_>,
    ended: &Ended,
    begins: bool,
    act: Act,
    happened: bool,
) {
    super::server_has_stopped(trial, database, BOUND);
    let mut client = database.client();
    trial.all_wrong(workload.wrong(&mut client));
    let recorded = workload.recorded(&mut client);
    super::tells_the_truth(trial, ended, &recorded);
    if begins && !recorded.is_empty() && ended.status != Some(0) {
        trial.wrong(format!("the run did not come to the server, and the history has {recorded:?}"));
    }
    if happened && ended.status != Some(0) && (act == Act::Cut || begins && act == Act::Stall) {
        ended.must_be_a_failure(trial, "the run");
    }
    if happened
        && act == Act::Cut
        && !begins
        && !recorded.is_empty()
        && !(1..=workload.last()).any(|v| ended.names(v))
    {
        trial.wrong(format!("{} files are applied, and it names none:\n{}", recorded.len(), ended.text));
    }
}

/// The run's first connection is good. Its second one, which sees who holds it up, is lost, and nothing else.
fn second_connection(trial: &mut Trial<'_>, phase: Phase, act: Act) -> usize {
    let moment = match phase {
        Phase::SecondAccepted => Moment::Accepted,
        Phase::SecondStartup => Moment::Startup,
        Phase::SecondLogin => Moment::Login,
        Phase::SecondMessage => Moment::Message(1 + trial.random.below(2)),
        _ => Moment::Answer(1 + trial.random.below(2)),
    };
    trial.phase(format!("{act:?} at {moment:?} of the second connection"));
    let database = trial.world.cluster.database();
    let files = [
        ("V1__slow.sql", "CREATE TABLE t1 ();\nSELECT pg_sleep(1.5);\n"),
        (
            "V2__next.sql",
            "CREATE TABLE t2 ();\nLOCK TABLE t1 IN ACCESS EXCLUSIVE MODE;\nSELECT pg_sleep(0.5);\n",
        ),
    ];
    let project = project(&files);
    let trouble = Trouble { connection: 2, moment, act };
    let proxy = Proxy::start(trial.world.cluster.address(), Some(trouble)).unwrap();
    // Two seconds of work.
    let ended = Run::apply(project.path(), &url(&database, &proxy)).wait(trial, Duration::from_secs(5));
    trial.took(ended.took);
    let happened = proxy.happened();
    drop(proxy);
    if ended.status != Some(0) {
        trial.wrong(format!("the run ends with {}:\n{}", ended.how(), ended.text));
    }
    super::server_has_stopped(trial, &database, Duration::from_secs(5));
    let mut client = database.client();
    let recorded = workload::recorded(&mut client);
    if ended.status == Some(0) && recorded != [1, 2] {
        trial.wrong(format!("the history has {recorded:?}"));
    }
    for version in [1, 2] {
        if exists(&mut client, &format!("t{version}")) != recorded.contains(&version) {
            trial.wrong(format!("V{version}: history and catalog do not agree"));
        }
    }
    drop(client);
    super::next_run_completes(trial, &database, project.path(), |client| {
        workload::recorded(client) == [1, 2] && exists(client, "t1") && exists(client, "t2")
    });
    if happened {
        trial.count("second connection");
    }
    usize::from(happened)
}

fn url(database: &Database<'_>, proxy: &Proxy) -> String {
    format!("{}&connect_timeout={CONNECT_TIMEOUT}", database.url_at(proxy.port()))
}
