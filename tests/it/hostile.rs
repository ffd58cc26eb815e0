//! A little of each check of `make hostile`, so that the suite itself does not rot.

#[path = "../hostile/suite/mod.rs"]
mod suite;

use suite::Plan;

#[test]
fn a_little_of_everything() {
    let mut checks = Plan::scaled(0.01, &[]);
    checks.retain(|(name, _)| match name.as_str() {
        // It is a test of its own.
        "tls" => false,
        // Mounts a small file system, which root may.
        "disk" => nix::unistd::geteuid().is_root(),
        "signals" | "proxies" => false,
        _ => true,
    });
    let plan = Plan { seed: 1, checks, round: None, without: Vec::new(), tell: |text| println!("{text}") };
    assert!(suite::run(&plan), "see above");
}
