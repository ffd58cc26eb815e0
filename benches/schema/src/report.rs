//! What is printed, and what is added to the report of `make bench`.

use std::path::Path;
use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::{Value, json};

use crate::{Cost, Line, Result};

/// The contestant that the ratios are to.
pub const OURS: &str = "feedstock";

/// The table, as Markdown: seconds, and how many times as long as we a peer takes.
pub fn table(lines: &[Line], count: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([&format!("{count} tables"), "contestant", "client CPU", "wall", "CPU", "wall"]);
    for line in lines {
        let mut cells = vec![line.workload.to_owned(), line.contestant.to_owned()];
        match &line.cost {
            Ok(cost) => {
                cells.extend([cost.cpu, cost.wall].map(|time| format!("{:.3} s", time.as_secs_f64())));
                let ratios = ratios(lines, line, cost).filter(|_| line.contestant != OURS);
                cells.extend(ratios.into_iter().flatten().map(|ratio| format!("x{ratio:.1}")));
            }
            Err(why) => cells.push(format!("not run: {why}")),
        }
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// CPU and wall time, each as a multiple of ours.
fn ratios(lines: &[Line], line: &Line, cost: &Cost) -> Option<[f64; 2]> {
    let ours = lines.iter().find(|one| one.workload == line.workload && one.contestant == OURS)?;
    let ours = ours.cost.as_ref().ok()?;
    let ratio = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    Some([ratio(cost.cpu, ours.cpu), ratio(cost.wall, ours.wall)])
}

/// Adds the lines to `target/bench/report.json`, in the place of those of an earlier run.
pub fn add(lines: &[Line], count: usize) -> Result {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    std::fs::create_dir_all(&directory)?;
    let path = directory.join("report.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "[]".to_owned());
    let mut entries: Vec<Value> = serde_json::from_str(&text)?;
    entries.retain(|entry| entry["tables"] != json!(count));
    entries.extend(lines.iter().map(|line| entry(lines, line, count)));
    std::fs::write(&path, serde_json::to_string_pretty(&entries)? + "\n")?;
    println!("written: target/bench/report.json");
    Ok(())
}

/// As the entries of the rows: `cpu` and `wall` are ratios, here to ours.
fn entry(lines: &[Line], line: &Line, count: usize) -> Value {
    let cost = line.cost.as_ref().ok();
    let ratios = cost.and_then(|cost| ratios(lines, line, cost));
    json!({
        "workload": line.workload,
        "contestant": line.contestant,
        "tables": count,
        "instructions": null,
        "cpu": ratios.map(|[cpu, _]| cpu),
        "wall": ratios.map(|[_, wall]| wall),
        "cpu_seconds": cost.map(|cost| cost.cpu.as_secs_f64()),
        "wall_seconds": cost.map(|cost| cost.wall.as_secs_f64()),
        "not_run": line.cost.as_ref().err(),
    })
}
