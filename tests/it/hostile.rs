//! A little of each check of `make hostile`, so that the suite itself does not rot.

#[path = "../hostile/suite/mod.rs"]
mod suite;

use suite::Plan;

#[test]
fn a_little_of_everything() {
    let checks = [("kills", 5), ("races", 2), ("poolers", 3), ("storms", 1)];
    let checks = checks.map(|(name, count)| (name.to_owned(), count)).to_vec();
    let plan = Plan { seed: 1, checks, round: None, without: Vec::new(), tell: |text| println!("{text}") };
    assert!(suite::run(&plan), "see above");
}
