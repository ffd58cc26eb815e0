//! What is printed, and what is left for programs.

use std::fs;
use std::path::Path;

use comfy_table::{CellAlignment, Table, presets};
use serde_json::json;

use crate::measure::{Line, Sizes};
use crate::{HAND, Result, compile};

/// The table, as Markdown: of the hand-written lines what a row costs, of the others ratios to them.
pub fn table(lines: &[Line]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_header([
        "workload",
        "contestant",
        "instructions",
        "CPU",
        "wall",
    ]);
    for line in lines {
        let cost = line.cost;
        let cells = match (line.contestant, line.workload) {
            (HAND, _) => {
                let micro = |time: Option<f64>| cell(time, |time| format!("{:.2} us", time * 1e6));
                [cell(cost.instructions, |count| format!("{count:.0}")), micro(cost.cpu), micro(cost.wall)]
            }
            (_, compile::WORKLOAD) => {
                ["".to_owned(), cell(cost.cpu, |seconds| format!("{seconds:.4} s")), "".to_owned()]
            }
            _ => [cost.instructions, cost.cpu, cost.wall]
                .map(|ratio| cell(ratio, |ratio| format!("x{ratio:.2}"))),
        };
        table.add_row([[line.workload, line.contestant].map(str::to_owned).as_slice(), &cells].concat());
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

fn cell(value: Option<f64>, text: impl Fn(f64) -> String) -> String {
    value.map_or("-".to_owned(), text)
}

/// Where and how it was measured.
pub fn machine(sizes: &Sizes, version: u32) -> Result<String> {
    let cpus = std::thread::available_parallelism()?;
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
    let (major, minor) = (version / 10_000, version % 10_000);
    let Sizes { rows, pairs, .. } = sizes;
    Ok(format!("{rows} rows, {pairs} pairs; Postgres {major}.{minor}; {cpus} CPUs, {model}"))
}

/// `target/bench/` of Feedstock.
pub fn write(lines: &[Line], name: &str) -> Result {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bench");
    fs::create_dir_all(&directory)?;
    let ratios: Vec<_> = lines.iter().filter(|line| line.contestant != HAND).map(json).collect();
    fs::write(directory.join(name), serde_json::to_string_pretty(&ratios)? + "\n")?;
    println!("written: target/bench/{name}");
    Ok(())
}

fn json(line: &Line) -> serde_json::Value {
    let Line { workload, contestant, cost } = line;
    json!({
        "workload": workload,
        "contestant": contestant,
        "instructions": cost.instructions,
        "cpu": cost.cpu,
        "wall": cost.wall,
    })
}
