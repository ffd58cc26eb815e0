//! One round of a check: what it finds wrong, and what it counts.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::World;
use super::random::Random;

/// A check of the suite.
pub struct Check {
    /// Its name, by which it is asked for.
    pub name: &'static str,
    /// What it counts, in words.
    pub unit: &'static str,
    /// How many at full scale.
    pub full: usize,
    /// One round. It gives how many of the units it was.
    pub round: fn(&mut Trial<'_>, usize) -> usize,
}

/// One round.
pub struct Trial<'w> {
    pub world: &'w World,
    pub random: Random,
    phase: String,
    failures: Vec<(String, Fault, String)>,
    counts: BTreeMap<&'static str, usize>,
    outputs: usize,
    /// The longest time that was waited for something with a bound.
    longest: Duration,
}

/// A kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Wrong,
    Hang,
    Secret,
    NotRun,
}

impl Trial<'_> {
    /// What is being done, for the failures from here on.
    pub fn phase(&mut self, phase: impl Into<String>) {
        self.phase = phase.into();
    }

    /// Something is not as it must be.
    pub fn wrong(&mut self, what: impl Into<String>) {
        self.failures.push((self.phase.clone(), Fault::Wrong, what.into()));
    }

    /// Several things are not.
    pub fn all_wrong(&mut self, what: Vec<String>) {
        what.into_iter().for_each(|what| self.wrong(what));
    }

    /// Something takes longer than its bound.
    pub fn hung(&mut self, what: impl Into<String>) {
        self.failures.push((self.phase.clone(), Fault::Hang, what.into()));
    }

    /// A secret is in an output.
    pub fn secret(&mut self, what: impl Into<String>) {
        self.failures.push((self.phase.clone(), Fault::Secret, what.into()));
    }

    /// This machine cannot run it.
    pub fn not_run(&mut self, why: impl Into<String>) {
        self.failures.push((self.phase.clone(), Fault::NotRun, why.into()));
    }

    /// Counts something for the table.
    pub fn count(&mut self, what: &'static str) {
        self.count_many(what, 1);
    }

    /// Counts several.
    pub fn count_many(&mut self, what: &'static str, many: usize) {
        *self.counts.entry(what).or_default() += many;
    }

    /// An output was searched for secrets.
    pub fn outputs(&mut self, many: usize) {
        self.outputs += many;
    }

    /// Something with a bound took this long.
    pub fn took(&mut self, time: Duration) {
        self.longest = self.longest.max(time);
    }
}

/// What the rounds of a check came to.
pub struct Figures {
    pub name: &'static str,
    pub unit: &'static str,
    pub asked: usize,
    pub done: usize,
    pub rounds: usize,
    pub outputs: usize,
    pub longest: Duration,
    pub took: Duration,
    pub counts: BTreeMap<&'static str, usize>,
    pub failures: Vec<Failure>,
}

/// One failure, and the round that repeats it.
pub struct Failure {
    pub round: usize,
    pub phase: String,
    pub fault: Fault,
    pub what: String,
}

impl Check {
    /// Runs rounds until there are enough of the check's units, or one round alone.
    pub fn run(&self, world: &World, asked: usize, only: Option<usize>) -> Figures {
        let begun = Instant::now();
        let mut figures = Figures {
            name: self.name,
            unit: self.unit,
            asked,
            done: 0,
            rounds: 0,
            outputs: 0,
            longest: Duration::ZERO,
            took: Duration::ZERO,
            counts: BTreeMap::new(),
            failures: Vec::new(),
        };
        // A round that does not come to what it is for is not counted; ever new ones would never end.
        for round in only.map_or(0..asked * 4, |round| round..round + 1) {
            figures.done += self.one(world, round, &mut figures);
            figures.rounds += 1;
            if figures.done >= asked {
                break;
            }
        }
        if figures.done < asked && only.is_none() {
            let what =
                format!("{} of {asked} {} came about in {} rounds", figures.done, self.unit, figures.rounds);
            figures.failures.push(Failure { round: 0, phase: String::new(), fault: Fault::NotRun, what });
        }
        figures.took = begun.elapsed();
        figures
    }

    fn one(&self, world: &World, round: usize, figures: &mut Figures) -> usize {
        let mut trial = Trial {
            world,
            random: Random::new(world.seed, self.name, round),
            phase: "begun".to_owned(),
            failures: Vec::new(),
            counts: BTreeMap::new(),
            outputs: 0,
            longest: Duration::ZERO,
        };
        let done = catch_unwind(AssertUnwindSafe(|| (self.round)(&mut trial, round)));
        let done = done.unwrap_or_else(|panic| {
            let message = panic.downcast_ref::<String>().cloned();
            let message = message.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
            trial.wrong(format!("the round broke off: {}", message.unwrap_or_default()));
            1
        });
        for (phase, fault, what) in trial.failures {
            let failure = Failure { round, phase, fault, what };
            world.say(&failure.text(world.seed, self.name));
            figures.failures.push(failure);
        }
        for (what, count) in trial.counts {
            *figures.counts.entry(what).or_default() += count;
        }
        figures.outputs += trial.outputs;
        figures.longest = figures.longest.max(trial.longest);
        done
    }
}

impl Failure {
    /// The failure, and how to see it again.
    pub fn text(&self, seed: u64, check: &str) -> String {
        let Failure { round, phase, fault, what } = self;
        let fault = match fault {
            Fault::Wrong => "FAILED",
            Fault::Hang => "HANGS",
            Fault::Secret => "SECRET",
            Fault::NotRun => "NOT RUN",
        };
        format!(
            "{fault} {check}, round {round} (HOSTILE_SEED={seed} HOSTILE_ONLY={check} HOSTILE_ROUND={round}): \
             {phase}: {what}"
        )
    }
}
