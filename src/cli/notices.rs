//! What the server says while a migration runs: `RAISE NOTICE`, `RAISE WARNING` and the rest, as psql shows it.

use std::sync::{Arc, Mutex, PoisonError};

use indicatif::ProgressBar;
use postgres::error::DbError;

use super::say;
use crate::runner::Event;

/// Shows what the server says, with the statement to which it belongs; nothing between statements of files, where it is
/// about queries of our own.
#[derive(Clone)]
pub(super) struct Notices {
    bar: ProgressBar,
    is_quiet: bool,
    /// The file and the line of the statement that runs.
    at: Arc<Mutex<Option<String>>>,
}

impl Notices {
    pub(super) fn new(bar: &ProgressBar, is_quiet: bool) -> Self {
        Notices { bar: bar.clone(), is_quiet, at: Arc::default() }
    }

    /// Follows the run.
    pub(super) fn is_at(&self, event: &Event<'_>) {
        let at = match event {
            Event::Statement { migration, line, .. } => Some(format!("{}:{line}", migration.file)),
            // It still runs, or what was deferred does.
            Event::Waiting { .. } | Event::StatementDone { .. } => return,
            _ => None,
        };
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Shows one.
    pub(super) fn show(&self, notice: &DbError) {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(at) = at
            && !self.is_quiet
        {
            self.bar.suspend(|| say::line(&format!("{at}: {}", text(notice))));
        }
    }
}

fn text(notice: &DbError) -> String {
    let more = [("detail", notice.detail()), ("hint", notice.hint())];
    let more = more.iter().filter_map(|(name, text)| text.map(|text| format!("\n  {name}: {text}")));
    format!("{}: {}{}", notice.severity(), notice.message(), more.collect::<String>())
}
