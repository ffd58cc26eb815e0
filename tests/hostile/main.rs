//! `make hostile`: a long campaign against the runner. `tests/it/hostile.rs` runs a little of each check.
//!
//! * `HOSTILE_SEED=7` repeats a run; without it the clock gives a seed, which is printed.
//! * `HOSTILE_SCALE=0.1` is a tenth of each check.
//! * `HOSTILE_ONLY=kills,races` runs these checks alone, and with them `HOSTILE_ROUND=17` that round alone.
//! * `HOSTILE_WITHOUT=disk` leaves checks out knowingly. A check that cannot run here is a failure otherwise.

mod suite;

use std::process::ExitCode;
use std::time::SystemTime;

use suite::Plan;

fn main() -> ExitCode {
    let list = |name: &str| -> Vec<String> {
        let value = std::env::var(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (only, without) = (list("HOSTILE_ONLY"), list("HOSTILE_WITHOUT"));
    let names = Plan::names();
    if let Some(unknown) = only.iter().chain(&without).find(|name| !names.contains(&name.as_str())) {
        eprintln!("there is no check `{unknown}`; there are {}", names.join(", "));
        return ExitCode::from(2);
    }
    let scale = number("HOSTILE_SCALE").unwrap_or(1.0);
    let plan = Plan {
        seed: number("HOSTILE_SEED").unwrap_or_else(clock),
        checks: Plan::scaled(scale, &only),
        round: number("HOSTILE_ROUND"),
        without,
        tell: |text| println!("{text}"),
    };
    if suite::run(&plan) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name}={value}: that is not a number")))
}

fn clock() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as u64 % 1_000_000_000
}
