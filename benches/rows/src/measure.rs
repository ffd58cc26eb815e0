//! The driver's side: runs contestants as processes, in pairs and under callgrind, and takes medians.

use std::process::{Command, Stdio};

use crate::database::Filled;
use crate::{Contestant, HAND, Result};

/// How much is done.
pub struct Sizes {
    /// Rows in the table.
    pub rows: i32,
    /// Pairs of runs of each contestant.
    pub pairs: u32,
    /// Only this workload.
    pub workload: Option<String>,
}

/// What came out of a contestant.
pub struct Line {
    pub workload: &'static str,
    pub contestant: &'static str,
    pub cost: Cost,
}

/// What a row costs: absolute of the hand-written line, a ratio to that of any other. None was not measured.
#[derive(Clone, Copy, Default)]
pub struct Cost {
    /// The client's alone.
    pub instructions: Option<f64>,
    /// Seconds, user and system.
    pub cpu: Option<f64>,
    /// Seconds.
    pub wall: Option<f64>,
}

impl Sizes {
    /// `ROWS`, `PAIRS` and `WORKLOAD` from the environment.
    pub fn from_environment() -> Result<Self> {
        let said = |name: &str, otherwise: &str| std::env::var(name).unwrap_or_else(|_| otherwise.to_owned());
        Ok(Sizes {
            rows: said("ROWS", "10000").parse()?,
            pairs: said("PAIRS", "11").parse()?,
            workload: std::env::var("WORKLOAD").ok(),
        })
    }

    pub fn wants(&self, workload: &str) -> bool {
        self.workload.as_deref().is_none_or(|only| only == workload)
    }
}

/// Measures every contestant, workload by workload.
pub fn all(contestants: &[Contestant], sizes: &Sizes, filled: &Filled) -> Result<Vec<Line>> {
    let callgrind = has_callgrind();
    if !callgrind {
        eprintln!(
            "valgrind is not on this machine, so instructions are not counted (apt-get install valgrind)"
        );
    }
    let mut lines = Vec::new();
    for hand in contestants.iter().filter(|one| one.name == HAND && sizes.wants(one.workload)) {
        let url = filled.copy(hand.workload)?;
        let bench = Bench { hand, url, rows: sizes.rows, pairs: sizes.pairs, callgrind };
        let others = contestants.iter().filter(|one| one.workload == hand.workload && one.name != HAND);
        lines.extend(bench.workload(others)?);
    }
    Ok(lines)
}

/// One workload.
struct Bench<'a> {
    hand: &'a Contestant,
    url: String,
    rows: i32,
    pairs: u32,
    callgrind: bool,
}

/// What a contestant says.
struct Said {
    sum: String,
    cost: Cost,
}

impl Bench<'_> {
    fn workload<'c>(&self, others: impl Iterator<Item = &'c Contestant>) -> Result<Vec<Line>> {
        let line = |contestant: &Contestant, cost| Line {
            workload: self.hand.workload,
            contestant: contestant.name,
            cost,
        };
        let instructions = self.instructions(self.hand)?;
        let (mut by_hand, mut lines) = (Vec::new(), Vec::new());
        for other in others {
            eprintln!("{}: {}", other.workload, other.name);
            let counted = ratio(self.instructions(other)?, instructions);
            let pairs =
                (0..self.pairs).map(|pair| self.pair(other, pair % 2 == 0)).collect::<Result<Vec<_>>>()?;
            let ratios: Vec<_> = pairs.iter().map(|(hand, other)| other.over(hand)).collect();
            by_hand.extend(pairs.iter().map(|(hand, _)| *hand));
            lines.push(line(other, Cost { instructions: counted, ..median(&ratios) }));
        }
        lines.insert(0, line(self.hand, Cost { instructions, ..median(&by_hand) }));
        Ok(lines)
    }

    /// The hand-written line and a contestant, one after the other.
    fn pair(&self, other: &Contestant, hand_first: bool) -> Result<(Cost, Cost)> {
        let rounds = rounds(self.hand.workload);
        let (hand, said) = match hand_first {
            true => {
                let hand = self.said(self.hand, rounds)?;
                (hand, self.said(other, rounds)?)
            }
            false => {
                let said = self.said(other, rounds)?;
                (self.said(self.hand, rounds)?, said)
            }
        };
        if hand.sum != said.sum {
            let (workload, other) = (other.workload, other.name);
            return Err(format!("{workload}: the rows of `{other}` are not those of `{HAND}`").into());
        }
        Ok((hand.cost, said.cost))
    }

    fn said(&self, contestant: &Contestant, rounds: u32) -> Result<Said> {
        self.output(Command::new(std::env::current_exe()?), contestant, rounds)
    }

    /// Instructions a row: twice as many rounds less the half, so that what is not a round falls out.
    fn instructions(&self, contestant: &Contestant) -> Result<Option<f64>> {
        const ROUNDS: u32 = 2;
        if !self.callgrind {
            return Ok(None);
        }
        let [once, twice] = [ROUNDS, 2 * ROUNDS].map(|rounds| self.counted(contestant, rounds));
        Ok(Some((twice? - once?) / f64::from(ROUNDS) / f64::from(self.rows)))
    }

    fn counted(&self, contestant: &Contestant, rounds: u32) -> Result<f64> {
        let counts = tempfile::NamedTempFile::new()?;
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--quiet", "--tool=callgrind"]);
        valgrind.arg(format!("--callgrind-out-file={}", counts.path().display()));
        valgrind.arg(std::env::current_exe()?);
        self.output(valgrind, contestant, rounds)?;
        let text = std::fs::read_to_string(counts.path())?;
        let total = text.lines().find_map(|line| line.strip_prefix("totals: "));
        Ok(total.ok_or("callgrind leaves no totals")?.trim().parse()?)
    }

    fn output(&self, mut program: Command, contestant: &Contestant, rounds: u32) -> Result<Said> {
        program.args(["contestant", contestant.workload, contestant.name]);
        program.args([self.rows.to_string(), rounds.to_string()]).arg(&self.url);
        let output = program.stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8(output.stdout)?;
        let [sum, client, server, wall] = text.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err(format!("{}: `{}` failed", contestant.workload, contestant.name).into());
        };
        let rows = f64::from(self.rows) * f64::from(rounds);
        let server: Option<f64> = server.parse().ok();
        let cpu =
            server.zip(client.parse().ok()).map(|(server, client): (f64, f64)| (server + client) / rows);
        let wall = Some(wall.parse::<f64>()? / rows);
        Ok(Said { sum: sum.to_owned(), cost: Cost { instructions: None, cpu, wall } })
    }
}

impl Cost {
    fn over(&self, hand: &Cost) -> Cost {
        Cost {
            instructions: ratio(self.instructions, hand.instructions),
            cpu: ratio(self.cpu, hand.cpu),
            wall: ratio(self.wall, hand.wall),
        }
    }
}

fn ratio(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.zip(other).map(|(one, other)| one / other)
}

/// Of each kind of cost by itself.
fn median(costs: &[Cost]) -> Cost {
    let of = |kind: fn(&Cost) -> Option<f64>| {
        let mut values: Vec<f64> = costs.iter().filter_map(kind).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.get(values.len() / 2)?;
        // Of an even number of values it lies between two of them.
        let other = values[(values.len() - 1) / 2];
        Some((middle + other) / 2.0)
    };
    Cost { instructions: of(|cost| cost.instructions), cpu: of(|cost| cost.cpu), wall: of(|cost| cost.wall) }
}

/// How often a process does the work, so that it takes a few tenths of a second.
fn rounds(workload: &str) -> u32 {
    match workload {
        "by_key" => 1,
        "insert_many" | "copy_in" => 2,
        _ => 10,
    }
}

fn has_callgrind() -> bool {
    let mut version = Command::new("valgrind");
    version.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    version.status().is_ok_and(|status| status.success())
}
