//! `make bench`: ours and hand-written, side by side.

fn main() -> std::process::ExitCode {
    rows::main(rows::CONTESTANTS, "report.json")
}
