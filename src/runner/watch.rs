//! A statement runs on one connection; a second one sees for whom it waits.
//!
//! The statement's result comes first: the second connection belongs to a thread of its own, and when it does not
//! answer (a proxy that stalls, a pool without a connection to spare) less is said, and nothing waits for it.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::event::Blocker;
use super::monitor::Monitor;
use super::simple;

/// How long a statement may take before anybody asks whether it waits: most never open the second connection.
const PATIENCE: Duration = Duration::from_millis(150);
/// How often the same wait is told again.
const AGAIN: Duration = Duration::from_secs(5);
/// How long the second connection may take to open and to answer. After that it is not asked again in this run.
const ANSWER: Duration = Duration::from_secs(5);

/// The second connection, opened when it is first needed.
pub(super) struct Watcher {
    monitor: Option<Monitor>,
    /// Leads to the thread that has the connection.
    questions: Option<Sender<Question>>,
}

/// What became of a statement, and for whom it last waited.
pub(super) struct Watched {
    pub result: Result<(), postgres::Error>,
    pub blockers: Vec<Blocker>,
}

/// Who blocks a server process?
struct Question {
    pid: i32,
    reply: Sender<Message>,
}

/// What the thread that waits for a statement is sent.
enum Message {
    /// The statement has come to its end.
    Done,
    /// Who blocks it; empty when that cannot be seen.
    Blockers(Vec<Blocker>),
}

impl Watcher {
    pub fn new(monitor: Option<Monitor>) -> Self {
        Watcher { monitor, questions: None }
    }

    /// Asks who blocks a server process, without waiting for the answer. Is there anybody to be asked?
    fn ask(&mut self, pid: i32, reply: &Sender<Message>) -> bool {
        let Some(monitor) = &self.monitor else { return false };
        let questions = self.questions.get_or_insert_with(|| {
            let (questions, asked) = mpsc::channel();
            let monitor = monitor.clone();
            // Not joined: a connection that does not answer would hold us up. The thread ends with its connection.
            thread::spawn(move || answer(&monitor, &asked));
            questions
        });
        questions.send(Question { pid, reply: reply.clone() }).is_ok()
    }

    /// The second connection does not answer: it is not asked again.
    fn give_up(&mut self) {
        self.monitor = None;
        self.questions = None;
    }
}

/// Answers what is asked, until nobody can ask any more.
fn answer(monitor: &Monitor, asked: &Receiver<Question>) {
    let mut client: Option<Client> = None;
    for Question { pid, reply } in asked {
        if client.as_ref().is_none_or(Client::is_closed) {
            // No connection to spare: less is said, nothing fails.
            client = monitor.connect().ok();
        }
        let blockers = client.as_mut().and_then(|client| {
            let pids =
                format!("SELECT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS pid");
            backends(client, &pids).ok()
        });
        // The statement may be over by now.
        let _ = reply.send(Message::Blockers(blockers.unwrap_or_default()));
    }
}

/// Runs one statement, and calls `waiting` with whom it waits for and for how long it has.
pub(super) fn execute(
    client: &mut Client,
    pid: i32,
    sql: &str,
    watcher: &mut Watcher,
    waiting: &mut dyn FnMut(&[Blocker], Duration),
) -> Watched {
    let begun = Instant::now();
    let mut blockers = Vec::new();
    let mut told: Option<Duration> = None;
    let mut pause = PATIENCE;
    let mut asked: Option<Instant> = None;
    let result = thread::scope(|scope| {
        let (sender, messages) = mpsc::channel();
        let done = sender.clone();
        let running = scope.spawn(move || {
            let result = client.batch_execute(sql);
            // The receiver is there until it has this.
            let _ = done.send(Message::Done);
            result
        });
        while !running.is_finished() {
            match messages.recv_timeout(pause) {
                Ok(Message::Done) => break,
                Ok(Message::Blockers(now)) => {
                    asked = None;
                    let waited = begun.elapsed();
                    if now.is_empty() {
                        continue;
                    }
                    if told.is_none_or(|told| waited >= told + AGAIN) || pids(&now) != pids(&blockers) {
                        waiting(&now, waited);
                        told = Some(waited);
                    }
                    blockers = now;
                }
                Err(_) => {
                    match asked {
                        Some(since) if since.elapsed() > ANSWER => watcher.give_up(),
                        Some(_) => {}
                        None => asked = watcher.ask(pid, &sender).then(Instant::now),
                    }
                    pause = (pause * 2).min(Duration::from_secs(1));
                }
            }
        }
        running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    Watched { result, blockers }
}

fn pids(blockers: &[Blocker]) -> Vec<i32> {
    blockers.iter().map(|blocker| blocker.pid).collect()
}

/// What the server tells of its processes whose number a query gives.
pub(super) fn backends(client: &mut Client, pids: &str) -> Result<Vec<Blocker>, postgres::Error> {
    let query = include_str!("backends.sql").replace("/* pids */", pids);
    let rows = simple::rows(client, &query)?;
    Ok(rows.into_iter().filter_map(blocker).collect())
}

fn blocker(row: Vec<Option<String>>) -> Option<Blocker> {
    let mut row = row.into_iter().map(Option::unwrap_or_default);
    let pid = row.next()?.parse().ok()?;
    let (application_name, user, state) = (row.next()?, row.next()?, row.next()?);
    let age = Duration::from_millis(row.next()?.parse().unwrap_or(0));
    Some(Blocker { pid, application_name, user, state, age, query: presentable(&row.next()?) })
}

/// A statement in one short line. One that sets a password is told by its first words alone.
fn presentable(query: &str) -> String {
    let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = if line.to_lowercase().contains("password") { 10 } else { 120 };
    match line.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Between half of a duration and all of it: two who collided do not meet again at once.
pub(super) fn jitter(duration: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(0) >> 11;
    // 53 random bits are what an f64 holds.
    let fraction = random as f64 / (1u64 << 53) as f64;
    duration.mul_f64(0.5 + fraction / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        assert_eq!(presentable("ALTER  ROLE a\n PASSWORD 'secret'"), "ALTER ROLE…");
        assert_eq!(presentable("select\n  1"), "select 1");
        assert_eq!(presentable(&"x".repeat(200)).chars().count(), 121);
    }

    #[test]
    fn jitter_stays_within_its_bounds() {
        let all = Duration::from_secs(1);
        for _ in 0..1000 {
            let some = jitter(all);
            assert!(some >= all / 2 && some <= all, "{some:?}");
        }
    }
}
