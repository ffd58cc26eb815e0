//! Watches a statement: a second connection shows which sessions block it.
//!
//! The statement's result comes first: the second connection is on a thread of its own. If it does not answer (a proxy
//! that stalls, a pool without a free connection), the report is shorter, and nothing waits for it.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use postgres::Client;

use super::event::Blocker;
use super::monitor::Monitor;
use super::simple;

/// The time before the first query for blockers: most statements finish earlier and open no second connection.
const PATIENCE: Duration = Duration::from_millis(150);
/// The interval between two reports of the same wait.
const AGAIN: Duration = Duration::from_secs(5);
/// The time that the second connection may take to open and to answer. After that it is not used again in this run.
const ANSWER: Duration = Duration::from_secs(5);

/// The second connection, opened when it is first needed.
pub(super) struct Watcher {
    monitor: Option<Monitor>,
    /// The channel to the thread that has the connection.
    questions: Option<Sender<Question>>,
}

/// The result of a statement, and the sessions that blocked it last.
pub(super) struct Watched {
    pub result: Result<(), postgres::Error>,
    pub blockers: Vec<Blocker>,
}

/// The question: which sessions block a server process?
struct Question {
    pid: i32,
    reply: Sender<Message>,
}

/// The messages to the thread that waits for a statement.
enum Message {
    /// The statement has finished.
    Done,
    /// The sessions that block it; empty if they cannot be seen.
    Blockers(Vec<Blocker>),
}

impl Watcher {
    pub fn new(monitor: Option<Monitor>) -> Self {
        Watcher { monitor, questions: None }
    }

    /// Asks which sessions block a server process, without waiting for the answer. Returns whether there is a
    /// connection.
    fn ask(&mut self, pid: i32, reply: &Sender<Message>) -> bool {
        let Some(monitor) = &self.monitor else { return false };
        let questions = self.questions.get_or_insert_with(|| {
            let (questions, asked) = mpsc::channel();
            let monitor = monitor.clone();
            // Not joined: a connection that does not answer would block us. The thread ends with its connection.
            thread::spawn(move || answer(&monitor, &asked));
            questions
        });
        questions.send(Question { pid, reply: reply.clone() }).is_ok()
    }

    /// Gives up the second connection, which does not answer.
    fn give_up(&mut self) {
        self.monitor = None;
        self.questions = None;
    }
}

/// Answers questions, until the channel is closed.
fn answer(monitor: &Monitor, asked: &Receiver<Question>) {
    let mut client: Option<Client> = None;
    for Question { pid, reply } in asked {
        if client.as_ref().is_none_or(Client::is_closed) {
            // Without a free connection the report is shorter, and nothing fails.
            client = monitor.connect().ok();
        }
        let blockers = client.as_mut().and_then(|client| {
            let pids =
                format!("SELECT pid FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids({pid})) AS pid");
            backends(client, &pids).ok()
        });
        // The statement may have finished meanwhile.
        let _ = reply.send(Message::Blockers(blockers.unwrap_or_default()));
    }
}

/// Runs one statement, and calls `waiting` with the sessions that block it and the time it has waited.
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
            // The receiver lives until it has this result.
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

/// The sessions whose process IDs a query returns.
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

/// A statement in one short line. If it sets a password, only its first words.
fn presentable(query: &str) -> String {
    let line = query.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = if line.to_lowercase().contains("password") { 10 } else { 120 };
    match line.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// A random time between half of a duration and all of it, so that two that collided do not meet again at once.
pub(super) fn jitter(duration: Duration) -> Duration {
    use std::hash::{BuildHasher, RandomState};
    let random = RandomState::new().hash_one(0) >> 11;
    // An f64 holds 53 bits exactly.
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
