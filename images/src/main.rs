//! The command line of the image models.

fn main() -> std::process::ExitCode {
    feedstock::cli::run(feedstock::models!(images))
}
