//! The process that is measured.

use std::hash::{DefaultHasher, Hasher};
use std::hint::black_box;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

use crate::Result;
use crate::database::FIRST;
use crate::image::Digest;

/// Somebody who does a workload's work.
#[derive(Clone, Copy)]
pub struct Contestant {
    pub workload: &'static str,
    pub name: &'static str,
    /// Connects, and calls [`Run::measure`] once.
    pub run: fn(&mut Run) -> Result,
}

/// What a contestant is told, and what it says.
pub struct Run {
    pub url: String,
    /// How many rows the table has.
    rows: i32,
    rounds: u32,
    backend: Option<i32>,
}

/// What the rows add up to, whatever their order. Only the round before the measured ones is looked at.
pub struct Sum(Option<u64>);

impl Sum {
    /// Adds rows. In a measured round they are only kept from being optimised away.
    pub fn add<'r, T: Digest + 'r>(&mut self, rows: impl IntoIterator<Item = &'r T>) {
        let Some(sum) = &mut self.0 else {
            black_box(rows);
            return;
        };
        for row in rows {
            let mut hasher = DefaultHasher::new();
            row.digest(&mut hasher);
            *sum = sum.wrapping_add(hasher.finish());
        }
    }

    /// Is this the round in which rows are looked at?
    pub fn looks(&self) -> bool {
        self.0.is_some()
    }
}

impl Run {
    /// Counts the CPU time of this backend of the server as well.
    pub fn with_backend(&mut self, backend: i32) {
        self.backend = Some(backend);
    }

    /// Every key once, those of neighbours far apart.
    pub fn keys(&self) -> impl Iterator<Item = i32> + use<> {
        let rows = i64::from(self.rows);
        (0..rows).map(move |n| FIRST + (n * 7919 % rows) as i32)
    }

    /// Does a round that is summed and not measured, then the measured ones.
    pub fn measure(&self, mut round: impl FnMut(&mut Sum) -> Result) -> Result {
        self.measure_after(|| Ok(()), |(), sum| round(sum))
    }

    /// The same, with something to be done before each round that is not measured.
    pub fn measure_after<T>(
        &self,
        mut before: impl FnMut() -> Result<T>,
        mut round: impl FnMut(T, &mut Sum) -> Result,
    ) -> Result {
        let mut sum = Sum(Some(0));
        round(before()?, &mut sum)?;
        let mut none = Sum(None);
        let (mut client, mut server, mut wall) = (Duration::ZERO, Some(Duration::ZERO), Duration::ZERO);
        for _ in 0..self.rounds {
            let prepared = before()?;
            let (own, others, start) = (own_cpu()?, self.server_cpu(), Instant::now());
            round(prepared, &mut none)?;
            wall += start.elapsed();
            client += own_cpu()? - own;
            server =
                server.zip(self.server_cpu()).zip(others).map(|((sum, after), before)| sum + after - before);
        }
        let seconds = |time: Duration| time.as_secs_f64();
        println!(
            "{} {} {} {}",
            sum.0.unwrap_or(0),
            seconds(client),
            server.map_or("-".to_owned(), |server| seconds(server).to_string()),
            seconds(wall)
        );
        Ok(())
    }

    /// None where the operating system does not tell.
    fn server_cpu(&self) -> Option<Duration> {
        let Some(backend) = self.backend else { return Some(Duration::ZERO) };
        // Its first number is nanoseconds on a CPU; `stat` would count in hundredths of a second.
        let text = std::fs::read_to_string(format!("/proc/{backend}/schedstat")).ok()?;
        text.split(' ').next()?.parse().ok().map(Duration::from_nanos)
    }
}

/// User and system time of this process.
fn own_cpu() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    let microseconds = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Ok(Duration::from_micros(microseconds.try_into()?))
}

/// `contestant WORKLOAD NAME ROWS ROUNDS URL`
pub fn main(contestants: &[Contestant], arguments: &[String]) -> Result {
    let [workload, name, rows, rounds, url] = arguments else {
        return Err("a contestant is told: workload, name, rows, rounds, URL".into());
    };
    let found = contestants.iter().find(|one| one.workload == workload && one.name == name);
    let contestant = found.ok_or_else(|| format!("there is no contestant `{name}` of `{workload}`"))?;
    let mut run = Run { url: url.clone(), rows: rows.parse()?, rounds: rounds.parse()?, backend: None };
    (contestant.run)(&mut run)
}
