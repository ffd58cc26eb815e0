//! The command line without models.

fn main() -> std::process::ExitCode {
    feedstock::cli::run_without_models()
}
