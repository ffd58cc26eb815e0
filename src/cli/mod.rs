//! The command line: one file per verb.
//!
//! A crate that derives models has a binary of three lines:
//!
//! ```no_run
//! # mod images {
//! #     #[derive(feedstock::Model)]
//! #     #[model(table = "t")]
//! #     pub struct T { #[model(primary_key)] pub id: i32 }
//! # }
//! # use images::T;
//! fn main() -> std::process::ExitCode {
//!     feedstock::cli::run(feedstock::models![T])
//! }
//! ```
//!
//! Exit status: 0 fine; 1 the answer is no (a failed check, a difference under `--exit-code`); 2 wrong usage;
//! 3 a refused plan (destructive, unproven, unsupported); 4 the database or a file failed; 130, 143 and 129 where
//! SIGINT, SIGTERM or SIGHUP ended it.
//!
#![doc = include_str!("../docs/feedstock_toml.md")]
//!
#![doc = include_str!("../docs/lint.md")]
//!
#![doc = include_str!("../docs/connections.md")]

mod apply;
mod baseline;
mod check;
mod context;
mod diff;
mod explain;
mod history;
mod inspect;
mod lint;
mod new;
mod notices;
mod output;
mod preflight;
mod rebase;
mod rename;
mod say;
mod stats;
mod status;
mod verify;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use crate::Models;
use crate::interrupt::{on_interrupt, received};
use context::Context;

/// Runs the command line of a program with models.
pub fn run(models: Models) -> ExitCode {
    run_from(Some(models), std::env::args_os()).into()
}

/// Runs the command line of a program without models: the verbs that need none.
pub fn run_without_models() -> ExitCode {
    run_from(None, std::env::args_os()).into()
}

/// Runs a command line that is given, the program's name first, and returns the exit status.
pub fn run_from<T>(models: Option<Models>, arguments: impl IntoIterator<Item = T>) -> u8
where
    T: Into<OsString> + Clone,
{
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    say::take_note_of(&arguments);
    let arguments = match read(arguments) {
        Ok(Ok(arguments)) => arguments,
        Ok(Err(error)) => {
            say::error(&error);
            return error.exit_status();
        }
        Err(error) => {
            // Help and version come this way too.
            say::usage(&error);
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    // The first that is registered is the last that runs.
    let _ended = on_interrupt(|| {
        let signal = received().map(|signal| signal.to_string()).unwrap_or_default();
        say::error(&crate::Error::interrupted(format!("{signal} ended this process")));
    });
    let result = Context::new(arguments.global, models).and_then(|context| {
        let answer = match arguments.verb {
            Verb::New(verb) => new::run(&context, verb),
            Verb::Apply(verb) => apply::run(&context, verb),
            Verb::Status(verb) => status::run(&context, verb),
            Verb::Diff(verb) => diff::run(&context, verb),
            Verb::Check(verb) => check::run(&context, verb),
            Verb::Inspect(verb) => inspect::run(&context, verb),
            Verb::Lint(verb) => lint::run(&context, verb),
            Verb::Explain(verb) => explain::run(&verb),
            Verb::Stats(verb) => stats::run(&context, &verb),
            Verb::Rebase(verb) => rebase::run(&context, verb),
            Verb::Preflight(verb) => preflight::run(&context, verb),
            Verb::Baseline(verb) => baseline::run(&context, verb),
            Verb::Verify(verb) => verify::run(&context, verb),
        };
        answer.map_err(|error| context.explained(error))
    });
    match result {
        Ok(Answer::Yes) => 0,
        Ok(Answer::No) => 1,
        Ok(Answer::Refused) => 3,
        Err(error) => {
            say::error(&error);
            match received() {
                Some(signal) if error.is_interrupted() => signal.exit_status(),
                _ => error.exit_status(),
            }
        }
    }
}

/// The command line, if each verb uses what it is given.
fn read<T>(
    arguments: impl IntoIterator<Item = T>,
) -> std::result::Result<crate::Result<Arguments>, clap::Error>
where
    T: Into<OsString> + Clone,
{
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    let mut read = Arguments::from_arg_matches(&matches)?;
    let Some((verb, given)) = matches.subcommand() else { return Ok(Ok(read)) };
    let is_given = |option: &str| given.value_source(option) == Some(ValueSource::CommandLine);
    let by_hand = verb == "new" && given.get_flag("sql");
    for (option, verbs) in USED_BY {
        if is_given(option) && !verbs.contains(&verb) {
            return Ok(Err(is_not_used(option, verb)));
        }
        // It works nothing out.
        if by_hand && is_given(option) && *option != "database_url" {
            return Ok(Err(is_not_used(option, "new --sql")));
        }
    }
    if by_hand && let Some(option) = VALUES.iter().find(|option| is_given(option)) {
        return Ok(Err(is_not_used(option, "new --sql")));
    }
    read.global.names_database = is_given("database_url");
    read.global.given = given.ids().map(|id| id.to_string()).filter(|id| is_given(id)).collect();
    Ok(Ok(read))
}

/// The options of all verbs that some of them do not use. What stands in the environment is meant for those that do.
const USED_BY: &[(&str, &[&str])] = &[
    (
        "database_url",
        &["new", "apply", "status", "check", "lint", "verify", "baseline", "preflight", "rebase"],
    ),
    (
        "scratch_url",
        &["new", "diff", "check", "inspect", "lint", "verify", "baseline", "preflight", "rebase"],
    ),
    (
        "replay_as",
        &["new", "apply", "diff", "check", "inspect", "lint", "verify", "baseline", "preflight", "rebase"],
    ),
    (
        "schema",
        &["new", "apply", "diff", "check", "inspect", "lint", "verify", "baseline", "preflight", "rebase"],
    ),
    ("allow", &["new", "diff", "lint", "check"]),
];

/// What is said about a plan, which `new --sql` does not work out.
const VALUES: &[&str] = &["fill", "using", "offline_ok", "stats_from", "small_table", "search_path"];

fn is_not_used(option: &str, verb: &str) -> crate::Error {
    let option = option.replace('_', "-");
    crate::Error::usage(format!("`{verb}` does not use --{option}")).help("leave it out")
}

/// What a verb answers when nothing went wrong.
enum Answer {
    Yes,
    No,
    /// What was printed is not to be applied.
    Refused,
}

/// Annotated Rust structs in, proven Postgres migrations out.
#[derive(Parser)]
#[command(version, max_term_width = 110)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Args)]
struct Global {
    /// The database to work on; without it `apply`, `status`, `verify`, `preflight` and `baseline` use a private server
    /// of the project's own. `check` and `new` compare its history with the files, and `rebase` moves no file that it
    /// has applied; `check` and `rebase` do so only where this option names it
    #[arg(long, global = true, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    /// Was it named on the command line?
    #[arg(skip)]
    names_database: bool,
    /// The options of the command line itself
    #[arg(skip)]
    given: Vec<String>,
    /// A server for scratch databases; without it a private one is started
    #[arg(long, global = true, env = "FEEDSTOCK_SCRATCH_URL", hide_env_values = true, value_name = "URL")]
    scratch_url: Option<String>,
    /// As whom a private scratch server runs what files say; `superuser` lets them run programs on this machine
    #[arg(long, global = true, env = "FEEDSTOCK_REPLAY_AS", value_enum, default_value = "owner")]
    replay_as: ReplayAs,
    /// The directory of the migrations
    #[arg(long, global = true, value_name = "DIR")]
    migrations: Option<PathBuf>,
    /// The directory of before/*.sql and after/*.sql, which say what models cannot
    #[arg(long, global = true, value_name = "DIR")]
    schema: Option<PathBuf>,
    /// Acknowledges a hazard, for example drop-column:image_generations.size; `all` is for scripts
    #[arg(long, global = true, value_name = "RULE:OBJECT")]
    allow: Vec<String>,
    /// Says more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    verbose: bool,
    /// Says nothing but results and errors
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Verb {
    /// Works out, proves and writes the next migration
    New(new::Verb),
    /// Applies what is pending
    Apply(apply::Verb),
    /// Says what is applied, pending, edited or missing
    Status(status::Verb),
    /// Prints what makes one schema into another
    Diff(diff::Verb),
    /// Checks that models and migrations agree, and that the files are intact
    Check(check::Verb),
    /// Prints a schema
    Inspect(inspect::Verb),
    /// Judges migrations by what they do when they are run
    Lint(lint::Verb),
    /// Prints the page of a rule
    Explain(explain::Verb),
    /// Prints how large the tables of a database are, for --stats-from
    Stats(stats::Verb),
    /// Gives a migration of a merged branch the next version, if both orders build the same
    Rebase(rebase::Verb),
    /// Asks a database whether its rows allow what is pending
    Preflight(preflight::Verb),
    /// Records migrations as applied in a database that has what they build
    Baseline(baseline::Verb),
    /// Compares databases with the migrations that they record
    Verify(verify::Verb),
}

/// As whom files are run on a private scratch server.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReplayAs {
    /// A role that owns the scratch databases and is no superuser
    Owner,
    /// The server's superuser
    Superuser,
}

/// How a result is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, or as SQL
    Text,
    /// For programs
    Json,
}

#[derive(Args)]
struct FormatArgument {
    /// How the result is printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Args)]
struct Values {
    /// A value for the rows that a NOT NULL column finds without one, for example episodes.title="''"
    #[arg(long, value_name = "TABLE.COLUMN=EXPR")]
    fill: Vec<String>,
    /// How a column's old values become new ones, for example assets.size='size::int'
    #[arg(long, value_name = "TABLE.COLUMN=EXPR")]
    using: Vec<String>,
    /// Nobody uses the tables while this is applied: one file where it can be, locks and all
    #[arg(long)]
    offline_ok: bool,
    /// A database from whose statistics the sizes of tables are taken, which is only read; or a file that `stats` wrote
    #[arg(long, env = "FEEDSTOCK_STATS_FROM", hide_env_values = true, value_name = "URL|FILE")]
    stats_from: Option<String>,
    /// Up to this size, where it is known, a table takes the direct way [default: 10MB]
    #[arg(long, value_parser = crate::config::size, value_name = "SIZE")]
    small_table: Option<u64>,
}
