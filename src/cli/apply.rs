//! `apply`

use std::time::Duration;

use clap::ValueEnum;
use indicatif::ProgressBar;

use super::context::{Context, Target};
use super::{Answer, say};
use crate::config::duration;
use crate::connect::connect_in;
use crate::runner::{self, Event, How, Monitor, Options, Report};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// Only says what would be applied
    #[arg(long)]
    dry_run: bool,
    /// Applies up to this version
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Records the files as applied without running them
    #[arg(long)]
    fake: bool,
    /// Applies files whose version is below that of an applied one
    #[arg(long)]
    allow_out_of_order: bool,
    /// How long a CONCURRENTLY statement may wait for others: 90s, 10min, 1h
    #[arg(long, value_name = "TIME")]
    max_wait: Option<String>,
    /// Progress on a terminal
    #[arg(long, value_enum, default_value = "auto")]
    progress: Progress,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Progress {
    Auto,
    Never,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    let migrations = context.migrations()?;
    let to = verb.to.as_deref().map(version).transpose()?;
    let max_wait = verb.max_wait.as_deref().map(wait).transpose()?;
    let mut target = context.database()?;
    let mut options = options(context, &target)?;
    (options.to, options.fake, options.dry_run) = (to, verb.fake, verb.dry_run);
    options.allow_out_of_order = verb.allow_out_of_order;
    options.max_wait = max_wait.unwrap_or(options.max_wait);
    let bar = say::progress(verb.progress == Progress::Auto && !context.global.quiet);
    let result =
        runner::apply(&mut target.client, &migrations, &options, &mut |event| tell(context, &bar, &event));
    bar.finish_and_clear();
    let report = result?;
    say::result(&text(&report, verb.dry_run))?;
    Ok(Answer::Yes)
}

/// What the settings say about a run on this database.
pub(super) fn options(context: &Context, target: &Target) -> Result<Options> {
    let config = &context.config;
    let (url, environment) = (target.url.clone(), target.environment.clone());
    Ok(Options {
        lock_timeout: config.lock_timeout,
        statement_timeout: config.statement_timeout,
        max_wait: config.max_wait,
        runner_wait: config.runner_wait,
        attempts: config.attempts,
        monitor: Some(Monitor::new(move || connect_in(&url, &environment))),
        ..Options::default()
    })
}

fn version(text: &str) -> Result<i64> {
    text.trim_start_matches('V').parse().map_err(|_| {
        Error::usage(format!("--to {text}: that is not a version")).help("a version is a number: --to 7")
    })
}

fn wait(text: &str) -> Result<Duration> {
    duration(text).map_err(|message| Error::usage(format!("--max-wait {text}: {message}")))
}

fn tell(context: &Context, bar: &ProgressBar, event: &Event<'_>) {
    let text = event.to_string();
    bar.set_message(text.clone());
    let waits =
        matches!(event, Event::WaitingForRunner { .. } | Event::Waiting { .. } | Event::Retrying { .. });
    let rare = matches!(event, Event::OutOfOrder { .. } | Event::Leftover { .. } | Event::AlreadyDone { .. });
    bar.suspend(|| match event {
        _ if waits || rare => context.say(&text),
        Event::Applied { .. } | Event::Faked { .. } => {}
        _ => context.detail(&text),
    });
}

fn text(report: &Report, dry_run: bool) -> String {
    if report.applied.is_empty() {
        return "nothing to apply: the database has every migration\n".to_owned();
    }
    let lines = report.applied.iter().map(|applied| {
        let how = match applied.how {
            How::Ran => format!("applied in {:.1?}", applied.took),
            How::AlreadyDone => "was done already; recorded".to_owned(),
            How::Faked => "recorded, not run".to_owned(),
            How::Would => "would be applied".to_owned(),
        };
        format!("{}: {how}\n", applied.file)
    });
    let lines: String = lines.collect();
    let count = say::count(report.applied.len(), "migration");
    if dry_run {
        format!("{lines}{count} pending; nothing was changed\n")
    } else {
        format!("{lines}{count} applied\n")
    }
}
