//! The command line of the image models.
fn main() {}
