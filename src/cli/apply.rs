//! `apply`

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use clap::ValueEnum;
use indicatif::ProgressBar;

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument, time, version};
use super::notices::Notices;
use super::{Answer, preflight, say, verify};
use crate::connect::listen_to_servers;
use crate::interrupt::{OnInterrupt, Signal, on_first_signal};
use crate::migration::Migrations;
use crate::runner::{self, Cancel, Event, How, Report};
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
    /// Asks the database first whether its rows allow what is pending, as `preflight` does, and applies nothing if not
    #[arg(long)]
    preflight: bool,
    /// Compares the database with what the migrations build, as `verify` does, when all are applied
    #[arg(long)]
    verify: bool,
    /// How long a CONCURRENTLY statement may wait for others: 90s, 10min, 1h
    #[arg(long, value_name = "TIME")]
    max_wait: Option<String>,
    /// Progress on a terminal
    #[arg(long, value_enum, default_value = "auto")]
    progress: Progress,
    #[command(flatten)]
    history: HistoryArguments,
    #[command(flatten)]
    search_path: SearchPathArgument,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Progress {
    Auto,
    Never,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    if !(verb.preflight || verb.verify) {
        context.refuse(&["scratch_url", "replay_as", "schema"], "apply without --preflight and --verify")?;
    }
    for (given, call) in [(verb.fake, "apply --fake"), (verb.dry_run, "apply --dry-run")] {
        if given {
            context.refuse(&["max_wait", "search_path"], call)?;
        }
    }
    context.insist_on_migrations()?;
    let migrations = context.migrations()?;
    let to = verb.to.as_deref().map(|text| version("--to", text)).transpose()?;
    let max_wait = verb.max_wait.as_deref().map(|text| time("--max-wait", text)).transpose()?;
    if verb.preflight {
        let flight = preflight::asked(context, to, preflight::TIMEOUT, &verb.history, &verb.search_path)?;
        context.done();
        if flight.failing().next().is_some() {
            say::result(&say::without_secrets(&flight.text(context.global.verbose)))?;
            say::result("nothing was applied\n")?;
            return Ok(Answer::No);
        }
    }
    let bar = say::progress(verb.progress == Progress::Auto && !context.global.quiet);
    let notices = Notices::new(&bar, context.global.quiet);
    let heard = notices.clone();
    listen_to_servers(move |notice| heard.show(notice));
    let mut target = context.database()?;
    let mut options = context.run_options(&target);
    (options.to, options.fake, options.dry_run) = (to, verb.fake, verb.dry_run);
    options.allow_out_of_order = verb.allow_out_of_order;
    verb.history.set(&context.config, &mut options);
    options.search_path = verb.search_path.schemas(&context.config);
    options.max_wait = max_wait.unwrap_or(options.max_wait);
    let stop = Stop::new(options.cancel.clone());
    let asked = stop.on_signal();
    let result = runner::apply(&mut target.client, &migrations, &options, &mut |event| {
        stop.is_at(&event);
        notices.is_at(&event);
        tell(context, &bar, &event);
    });
    drop(asked);
    bar.finish_and_clear();
    let report = result?;
    if migrations.is_empty() {
        let directory = context.config.migrations.display();
        say::result(&say::without_secrets(&format!(
            "nothing to apply: {directory} has no migrations, and neither has the database\n"
        )))?;
        return Ok(Answer::Yes);
    }
    say::result(&text(&report, verb.dry_run, options.to, &migrations))?;
    if verb.verify && !verb.dry_run {
        let verified =
            verify::verified(context, &migrations, &verb.history, &verb.search_path, &mut target, &mut None)?;
        context.done();
        say::result(&say::without_secrets(&verified.text()))?;
        return Ok(if verified.is_good() { Answer::Yes } else { Answer::No });
    }
    Ok(Answer::Yes)
}

/// The time in which a run that was asked to stop has to stop.
const STOPPING: Duration = Duration::from_secs(15);

/// Stops the run at the first signal, and the process if that takes too long.
struct Stop {
    cancel: Cancel,
    /// The last event of the run.
    at: Arc<Mutex<String>>,
    over: Arc<AtomicBool>,
}

impl Stop {
    fn new(cancel: Cancel) -> Self {
        Stop { cancel, at: Arc::default(), over: Arc::default() }
    }

    fn is_at(&self, event: &Event<'_>) {
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = event.to_string();
    }

    fn on_signal(&self) -> OnInterrupt {
        let (cancel, at, over) = (self.cancel.clone(), Arc::clone(&self.at), Arc::clone(&self.over));
        on_first_signal(move |signal| {
            say::warning(&format!(
                "{signal}: cancelling the statement on the server; a second signal ends this process at once"
            ));
            cancel.cancel();
            let (at, over) = (Arc::clone(&at), Arc::clone(&over));
            std::thread::spawn(move || {
                std::thread::sleep(STOPPING);
                if !over.load(Ordering::SeqCst) {
                    say::error(&did_not_stop(signal, &at.lock().unwrap_or_else(PoisonError::into_inner)));
                    signal.end();
                }
            });
        })
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

fn did_not_stop(signal: Signal, at: &str) -> Error {
    let seconds = STOPPING.as_secs();
    Error::interrupted(format!(
        "{signal}: the server did not confirm within {seconds} s that it has stopped; last known step: {at}"
    ))
    .help(
        "it may still be at work: look at pg_stat_activity, and end it with pg_terminate_backend(<pid>). What was \
         committed stays applied; the next run finds out, and goes on from there",
    )
}

fn tell(context: &Context, bar: &ProgressBar, event: &Event<'_>) {
    let text = event.to_string();
    bar.set_message(text.clone());
    let waits = matches!(
        event,
        Event::WaitingForRunner { .. }
            | Event::HistoryLocked { .. }
            | Event::Waiting { .. }
            | Event::Retrying { .. }
    );
    let rare = matches!(event, Event::OutOfOrder { .. } | Event::Leftover { .. } | Event::AlreadyDone { .. });
    bar.suspend(|| match event {
        _ if waits || rare => context.say(&text),
        Event::Applied { .. } | Event::Faked { .. } => {}
        _ => context.detail(&text),
    });
}

pub(super) fn text(report: &Report, dry_run: bool, to: Option<i64>, migrations: &Migrations) -> String {
    if report.applied.is_empty() {
        let newest = to.map_or_else(|| migrations.last(), |to| migrations.get(to));
        let up_to = newest.map(|newest| format!(", up to {newest}")).unwrap_or_default();
        return format!("nothing to apply: the database has every migration{up_to}\n");
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
