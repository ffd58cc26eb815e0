//! Options of several verbs: the history table, and the role and the search path of migrations.

use std::time::Duration;

use clap::Args;

use crate::config::{Config, duration};
use crate::ident::unquoted;
use crate::runner::{History, Options};
use crate::{Error, Result};

/// Options that `feedstock.toml` and the environment have too.
#[derive(Args, Default)]
pub(super) struct HistoryArguments {
    /// The table that has what is applied [default: refinery_schema_history]
    #[arg(long, value_name = "NAME")]
    history_table: Option<String>,
    /// The schema of that table [default: public]
    #[arg(long, value_name = "NAME")]
    history_schema: Option<String>,
    /// The role that runs the migrations and owns what they create [default: the connection's own]
    #[arg(long, value_name = "NAME")]
    role: Option<String>,
}

#[derive(Args, Default)]
pub(super) struct SearchPathArgument {
    /// The search path that every migration begins with, for example app,public [default: public]
    #[arg(long, value_name = "SCHEMA,…", value_delimiter = ',')]
    search_path: Option<Vec<String>>,
}

impl HistoryArguments {
    /// Sets the options of a run.
    pub(super) fn set(&self, config: &Config, options: &mut Options) {
        options.history = History {
            schema: self.history_schema.as_ref().unwrap_or(&config.history_schema).clone(),
            table: self.history_table.as_ref().unwrap_or(&config.history_table).clone(),
        };
        options.role = self.role.clone().or_else(|| config.role.clone());
    }
}

impl SearchPathArgument {
    /// The schemas; quotes around a name are removed.
    pub(super) fn schemas(&self, config: &Config) -> Vec<String> {
        let said = self.search_path.as_ref().unwrap_or(&config.search_path);
        let name = |schema: &String| match schema.trim() {
            quoted if quoted.starts_with('"') => unquoted(quoted),
            name => name.to_owned(),
        };
        said.iter().map(name).collect()
    }
}

/// The version that `of` names.
pub(super) fn version(of: &str, text: &str) -> Result<i64> {
    text.trim_start_matches('V').parse().map_err(|_| {
        Error::usage(format!("{of} {text}: that is not a version"))
            .help(format!("a version is a number: {of} 7"))
    })
}

/// The time that the option `of` says.
pub(super) fn time(of: &str, text: &str) -> Result<Duration> {
    duration(text).map_err(|message| Error::usage(format!("{of} {text}: {message}")))
}
