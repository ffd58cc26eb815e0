//! The program as a process of its own, and what it says.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::harness::Bench;
use crate::support::default_signals;

/// The real program; killed when it is dropped.
pub struct Program {
    child: Child,
    err: BufReader<ChildStderr>,
    pub said: String,
}

impl Program {
    pub fn apply(bench: &Bench, url: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = default_signals::command(env!("CARGO_BIN_EXE_feedstock"));
        command.args(["apply", "-v", "--database-url", url, "--migrations"]).arg(bench.dir());
        Self::start(command, environment)
    }

    pub fn start(mut command: Command, environment: &[(&str, &str)]) -> Self {
        command.current_dir("/").envs(environment.iter().copied());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let err = BufReader::new(child.stderr.take().unwrap());
        Program { child, err, said: String::new() }
    }

    /// Waits until it has said something.
    #[track_caller]
    pub fn until(&mut self, what: &str) {
        loop {
            let from = self.said.len();
            assert_ne!(self.err.read_line(&mut self.said).unwrap(), 0, "without {what}:\n{}", self.said);
            if self.said[from..].contains(what) {
                return;
            }
        }
    }

    pub fn signal(&self, name: &str) {
        let kill = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    /// Its number in the system.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Its exit status, which must come soon.
    #[track_caller]
    pub fn ends_within(&mut self, bound: Duration) -> Option<i32> {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < bound, "it has not ended within {bound:?}:\n{}", self.said);
            thread::sleep(Duration::from_millis(10));
        };
        self.err.read_to_string(&mut self.said).unwrap();
        status.code()
    }

    #[track_caller]
    pub fn says(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.said.contains(part), "{}\n  lacks: {part}", self.said);
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
