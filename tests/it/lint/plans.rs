//! What `new` writes is judged well: all that is found is said at the top of the file.

use feedstock::internals::inspect::Scope;
use feedstock::internals::lint::{Settings, lint};
use feedstock::internals::migration::NewFile;
use feedstock::internals::plan::{Options, Plan};
use feedstock::internals::prove::measure_plan;
use feedstock::internals::source::Built;
use feedstock::migration::Migrations;

use crate::support;

/// Judges the files of a plan as `new` writes them.
pub fn passes(from: &Built, plan: &Plan, options: &Options) -> Result<(), String> {
    let text = |error: feedstock::Error| error.to_string();
    let mut plan = plan.clone();
    if plan.steps().all(|step| step.measured.is_none()) {
        let measured = measure_plan(support::scratch(), &from.database, &plan).map_err(text)?;
        plan.take(measured.batches, options);
    }
    let files: Vec<(String, String)> = (1..)
        .zip(&plan.files)
        .map(|(version, file)| {
            let header = file.told().map_err(text)?;
            let file =
                NewFile { version, digits: 4, name: "plan".to_owned(), header, sql: file.sql() }.sealed();
            Ok((file.file_name(), file.text()))
        })
        .collect::<Result<_, String>>()?;
    let migrations = Migrations::from_files(files).map_err(text)?;
    let (scope, options) = (Scope::default(), Options::default());
    let severity = |_: &str, _: &str| None;
    let settings =
        Settings { scope: &scope, options: &options, severity: &severity, own: &[], soft_deleted: &[] };
    let files: Vec<_> = migrations.iter().collect();
    let report = lint(support::scratch(), &from.database, &files, &settings).map_err(text)?;
    let open = report.checks.iter().flat_map(|check| &check.findings).filter(|finding| finding.is_open());
    let open: Vec<String> =
        open.map(|finding| format!("  {} [{}]", finding.message, finding.key())).collect();
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("lint finds what the plan does not say:\n{}", open.join("\n")))
    }
}
