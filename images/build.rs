//! A new migration must be noticed by `embed!`.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
