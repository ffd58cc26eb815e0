//! A little of each check of `make hostile`, so that the suite itself does not rot.

#[path = "../hostile/suite/mod.rs"]
mod suite;

pub use suite::default_signals;

use suite::Plan;

#[test]
fn a_little_of_everything() {
    let mut checks = Plan::scaled(0.008, &[]);
    checks.retain_mut(|(name, count)| match name.as_str() {
        // It is a test of its own.
        "tls" => false,
        // Mounts a small file system, which root may.
        "disk" => nix::unistd::geteuid().is_root(),
        "signals" => {
            *count = 3;
            true
        }
        _ => true,
    });
    let plan = Plan { seed: 1, checks, round: None, without: Vec::new(), tell: |text| println!("{text}") };
    assert!(suite::run(&plan), "see above");
}
