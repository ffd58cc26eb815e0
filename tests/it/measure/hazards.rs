//! What follows from a measurement: which hazards are said, and which are refused.

use feedstock::internals::diff::Hints;
use feedstock::internals::plan::{Allow, Options, Plan, Size};
use feedstock::internals::prove::measure_plan;
use feedstock::internals::schema::Name;

use crate::pipeline::{built, worked_out};
use crate::support;

const FROM: &str = "
    CREATE TABLE dramas (id integer PRIMARY KEY, title text);
    CREATE TABLE images (id integer PRIMARY KEY, drama_id integer, size integer);
";

fn planned(to: &str, options: &Options) -> Plan {
    let (from, to) = (built("from.sql", FROM).unwrap(), built("to.sql", to).unwrap());
    let mut plan = worked_out(&from, &to, &Hints::default(), options).unwrap();
    let found = measure_plan(support::server(), &from.database, &plan).unwrap();
    assert!(found.failure.is_none(), "{:?}", found.failure);
    plan.take(found.batches, options);
    plan
}

/// `rule:object` of what was measured.
fn hazards(plan: &Plan) -> Vec<String> {
    let rules = ["rewrite-table", "scan-under-lock", "block-reads", "block-writes"];
    let all = plan.steps().flat_map(|step| &step.hazards).filter(|hazard| rules.contains(&hazard.rule));
    all.map(|hazard| format!("{}:{}", hazard.rule, hazard.object)).collect()
}

fn sizes(sizes: &[(&str, Option<u64>, u64)]) -> Options {
    let size = |(table, rows, bytes): &(&str, _, _)| {
        (Name::new("public", *table), Size { rows: *rows, bytes: *bytes })
    };
    Options { sizes: sizes.iter().map(size).collect(), ..Options::default() }
}

#[test]
fn a_rewrite_is_refused_until_it_is_acknowledged() {
    let to = FROM.replace("size integer", "size bigint");
    let plan = planned(&to, &Options::default());
    assert_eq!(hazards(&plan), ["rewrite-table:images"]);
    let refusals: Vec<String> = plan.refusals.iter().map(ToString::to_string).collect();
    assert_eq!(
        refusals,
        [
            "rewrite-table:images: nobody can read or write it while all of it is written anew; in use, a column is \
          better replaced by a new one, filled in batches\n  help: if that is what you want: --allow \
          rewrite-table:images"
        ]
    );
    let allow = Allow::new(["rewrite-table:images".to_owned()]);
    let plan = planned(&to, &Options { allow, ..Options::default() });
    assert_eq!((hazards(&plan).len(), plan.refusals.len()), (1, 0));
}

#[test]
fn a_small_table_is_not_treated_like_a_large_one() {
    let to = FROM.replace("size integer", "size bigint");
    let small = planned(&to, &sizes(&[("images", Some(200), 64 << 10)]));
    assert_eq!((hazards(&small).len(), small.refusals.len()), (0, 0));
    // It is still said what happens.
    assert!(small.script().contains("-- rewrites: images, index images_pkey\n"), "{}", small.sql());
    let large = planned(&to, &sizes(&[("images", Some(200_000_000), 41 << 30)]));
    assert_eq!(hazards(&large), ["rewrite-table:images"]);
    assert!(
        large.refusals[0].message.contains("while all of it is written anew, about 200,000,000 rows, 41 GB;"),
        "{}",
        large.refusals[0]
    );
    let of_any_size = Options { small_table: Some(0), ..sizes(&[("images", Some(200), 64 << 10)]) };
    assert_eq!(hazards(&planned(&to, &of_any_size)), ["rewrite-table:images"]);
}

#[test]
fn a_scan_counts_where_others_are_locked_out_meanwhile() {
    let index = format!("{FROM} CREATE INDEX ON images (size);");
    let large = || sizes(&[("images", None, 3 << 30)]);
    // Nobody is locked out while an index is built concurrently.
    let plan = planned(&index, &large());
    assert!(plan.steps().any(|step| step.sql.starts_with("CREATE INDEX CONCURRENTLY")), "{}", plan.sql());
    assert_eq!(hazards(&plan), [""; 0]);
    let plan = planned(&index, &Options { offline_ok: true, ..large() });
    assert!(plan.steps().all(|step| step.in_transaction), "{}", plan.sql());
    assert_eq!(hazards(&plan), ["scan-under-lock:images"]);
    let text = plan.script();
    assert!(text.contains("nobody can write to it while all of it is read, 3072 MB;"), "{text}");
    // To validate reads all of it, and locks nobody out.
    let valid = format!("{FROM} ALTER TABLE images ADD CONSTRAINT c CHECK (size > 0) NOT VALID;");
    assert_eq!(hazards(&planned(&valid, &Options::default())), [""; 0]);
    assert!(planned(FROM, &Options::default()).is_empty());
}
