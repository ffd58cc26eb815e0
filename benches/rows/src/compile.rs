//! What a model costs to compile.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;
use crate::measure::{Cost, Line};

/// Its name.
pub const WORKLOAD: &str = "compile";

/// CPU seconds a model, with everything derived: measured by `benches/expansion.sh`.
pub fn line() -> Result<Line> {
    eprintln!("compile: seconds_per_model");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../expansion.sh");
    let output =
        Command::new("sh").arg(script).env("VARIANTS", "derive").stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let derive = text.lines().find_map(|line| line.strip_prefix("derive "));
    let seconds: f64 = derive.ok_or("benches/expansion.sh says nothing of `derive`")?.trim().parse()?;
    let cost = Cost { cpu: Some(seconds), ..Cost::default() };
    Ok(Line { workload: WORKLOAD, contestant: "seconds_per_model", cost })
}
