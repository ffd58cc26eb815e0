//! The command line without models.
fn main() {}
