//! The command line as a process: started, hurt, waited for within a bound, and all that it says looked at.

use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::cluster::PASSWORD;
use super::default_signals;
use super::trial::Trial;

/// A run of `feedstock apply`.
pub struct Run {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
    begun: Instant,
}

/// How a run ended, and what it said.
pub struct Ended {
    /// None of a process that a signal ended.
    pub status: Option<i32>,
    pub signal: Option<i32>,
    pub text: String,
    pub took: Duration,
}

impl Run {
    /// Starts one in a project's directory, which has a `migrations` of its own and perhaps a `feedstock.toml`.
    pub fn apply(project: &Path, url: &str) -> Self {
        Self::start(project, url, &["apply", "--progress", "never"])
    }

    fn start(project: &Path, url: &str, arguments: &[&str]) -> Self {
        let mut command = default_signals::command(PROGRAM.get().expect("it was put aside"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("PG") || name.starts_with("FEEDSTOCK") || name == "DATABASE_URL" {
                command.env_remove(&*name);
            }
        }
        command.args(arguments).env("DATABASE_URL", url).current_dir(project);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let begun = Instant::now();
        let mut child = command.spawn().unwrap();
        let (out, err) = (reader(child.stdout.take()), reader(child.stderr.take()));
        Run { child, out, err, begun }
    }

    /// Is it still there?
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// How long ago it was started.
    pub fn age(&self) -> Duration {
        self.begun.elapsed()
    }

    /// `kill -9`
    pub fn kill(&mut self) {
        let _ = self.child.kill();
    }

    /// `INT`, `TERM`, `HUP`
    pub fn signal(&self, name: &str) {
        let _ = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
    }

    /// Does it end within a bound?
    pub fn ends_within(&mut self, bound: Duration) -> bool {
        let deadline = Instant::now() + bound;
        while self.runs() {
            if Instant::now() > deadline {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        true
    }

    /// Waits for its end. One that does not end within the bound hangs: that is a failure, and it is killed.
    pub fn wait(mut self, trial: &mut Trial<'_>, bound: Duration) -> Ended {
        if !self.ends_within(bound) {
            let activity = trial.world.cluster.activity();
            trial.hung(format!("still running {bound:?} later; the server's processes:{activity}"));
            self.kill();
        }
        let status = self.child.wait().unwrap();
        let took = self.begun.elapsed();
        let mut text = String::new();
        for stream in [&mut self.out, &mut self.err] {
            text += &stream.take().map(|stream| stream.join().unwrap()).unwrap_or_default();
        }
        let ended = Ended { status: status.code(), signal: status.signal(), text, took };
        ended.look(trial);
        ended
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A copy of the command line, which a build that runs meanwhile does not replace.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Makes that copy in a directory.
pub fn put_aside(directory: &Path) {
    PROGRAM.get_or_init(|| {
        let program = directory.join("feedstock");
        std::fs::copy(env!("CARGO_BIN_EXE_feedstock"), &program).unwrap();
        program
    });
}

fn reader(stream: Option<impl Read + Send + 'static>) -> Option<JoinHandle<String>> {
    let mut stream = stream?;
    Some(std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }))
}

impl Ended {
    /// What no output may hold.
    fn look(&self, trial: &mut Trial<'_>) {
        trial.outputs(1);
        if self.text.contains(PASSWORD) {
            trial.secret(format!(
                "the password stands in what it says:\n{}",
                self.text.replace(PASSWORD, "<it>")
            ));
        }
        if self.text.contains("panicked at") || self.text.contains("RUST_BACKTRACE") {
            trial.wrong(format!("it panicked:\n{}", self.text));
        }
    }

    /// It must have ended well.
    pub fn must_be_good(&self, trial: &mut Trial<'_>, what: &str) {
        if self.status != Some(0) {
            trial.wrong(format!("{what} ends with {}:\n{}", self.how(), self.text));
        }
    }

    /// It must have failed as a database's failure, in words.
    pub fn must_be_a_failure(&self, trial: &mut Trial<'_>, what: &str) {
        if self.status != Some(4) || !self.text.contains("error: ") {
            trial.wrong(format!(
                "{what} ends with {} instead of status 4 and an error:\n{}",
                self.how(),
                self.text
            ));
        }
    }

    /// `status 4`, `signal 9`
    pub fn how(&self) -> String {
        match (self.status, self.signal) {
            (Some(status), _) => format!("status {status}"),
            (None, Some(signal)) => format!("signal {signal}"),
            (None, None) => "neither status nor signal".to_owned(),
        }
    }

    /// The version of which it says that nothing is applied.
    pub fn denies(&self) -> Option<i64> {
        let line = self.text.lines().find(|line| line.contains("nothing of it is applied"))?;
        version_in(line)
    }

    /// The version of which it says that a lost commit came through.
    pub fn claims(&self) -> Option<i64> {
        let line = self.text.lines().find(|line| line.contains("it is applied and recorded"))?;
        version_in(line)
    }

    /// Does it name the file of a version?
    pub fn names(&self, version: i64) -> bool {
        self.text.contains(&format!("V{version}__"))
    }
}

/// The first `V7__name` of a line.
fn version_in(line: &str) -> Option<i64> {
    line.match_indices('V').find_map(|(at, _)| {
        let rest = &line[at + 1..];
        let digits = rest.find(|character: char| !character.is_ascii_digit())?;
        rest[digits..].starts_with("__").then(|| rest[..digits].parse().ok())?
    })
}
