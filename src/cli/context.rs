//! The settings, the models, the scratch server and the database of a verb.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use indicatif::ProgressBar;
use postgres::Client;

use super::history::{HistoryArguments, SearchPathArgument};
use super::{Global, Values, say};
use crate::config::{Config, Settings};
use crate::connect::{self, Environment, Notice, connect, connect_in};
use crate::inspect::Scope;
use crate::lint;
use crate::migration::Migrations;
use crate::model::Declared;
use crate::pin::{cancelled_at_a_signal, pin};
use crate::plan::{Options, Plan, Size};
use crate::prove::{Database, ReplayAs, Scratch, measure_plan};
use crate::runner::{self, Monitor, Status};
use crate::schema::{Name, Schema};
use crate::server::{Room, Server};
use crate::source::{self, Source, Sources};
use crate::{Error, Models, Result};

/// The database of a project's private server.
const PRIVATE_DATABASE: &str = "feedstock";

pub(super) struct Context {
    pub(super) global: Global,
    pub(super) config: Config,
    pub(super) models: Option<Vec<&'static Declared>>,
    pub(super) scope: Scope,
    /// Is the directory of migrations another one than the default?
    names_migrations: bool,
    progress: Arc<OnceLock<ProgressBar>>,
    /// The directory of the scratch server, if one was started.
    room: OnceCell<Room>,
}

impl Context {
    pub(super) fn new(global: Global, models: Option<Models>) -> Result<Self> {
        let here = std::env::current_dir()
            .map_err(|error| Error::file("the working directory cannot be read").because(error))?;
        let flags = Settings {
            migrations: global.migrations.clone(),
            schema: global.schema.clone(),
            ..Settings::default()
        };
        let mut config = Config::load(&here, flags)?;
        let names_migrations = config.migrations != config.project.join("migrations");
        // Paths in messages are relative to the working directory.
        for path in [&mut config.migrations, &mut config.schema] {
            *path = match path.strip_prefix(&here) {
                // An empty path would be no name.
                Ok(rest) if rest.as_os_str().is_empty() => ".".into(),
                Ok(rest) => rest.to_owned(),
                Err(_) => continue,
            };
        }
        let mut scope = Scope { schemas: config.managed.clone(), ..Scope::default() };
        scope.ignore.extend(config.ignore.iter().cloned());
        scope.leave_out_history(&config.history_schema, &config.history_table);
        let models = models.map(|models| models.declared()).transpose()?;
        let progress = Arc::default();
        tell_of_connections(&global, &progress);
        Ok(Context { global, config, models, scope, names_migrations, progress, room: OnceCell::new() })
    }

    /// Prints a line, unless `--quiet` is given.
    pub(super) fn say(&self, text: impl AsRef<str>) {
        if !self.global.quiet {
            say::line(text.as_ref());
        }
    }

    /// Prints the current step: on a terminal for as long as it takes, with `--verbose` as a line that stays.
    pub(super) fn step(&self, text: &str) {
        self.detail(text);
        let visible = !self.global.quiet && !self.global.verbose;
        self.progress.get_or_init(|| say::progress(visible)).set_message(text.to_owned());
    }

    /// Removes the line of [`Context::step`], before a result is printed.
    pub(super) fn done(&self) {
        if let Some(progress) = self.progress.get() {
            progress.finish_and_clear();
        }
    }

    /// Prints a line with `--verbose` only.
    pub(super) fn detail(&self, text: impl AsRef<str>) {
        if self.global.verbose {
            say::line(text.as_ref());
        }
    }

    /// A source of the command line. If it is the directory of migrations and the user named that, it exists.
    pub(super) fn source(&self, text: &str) -> Result<Source> {
        let source = Source::parse(text, &self.config.migrations)?;
        if matches!(&source, Source::Migrations(directory, _) if *directory == self.config.migrations) {
            self.insist_on_named_migrations()?;
        }
        Ok(source)
    }

    /// A usage error, if the command line has an option that none of these sources uses.
    pub(super) fn insist_on_use(&self, verb: &str, sources: &[&Source]) -> Result<()> {
        let has = |is: fn(&Source) -> bool| sources.iter().any(|source| is(source));
        let mut unused = Vec::new();
        // The files of `schema/base` are those of what is not managed.
        if !has(|source| *source == Source::Models) && !self.scope.is_partial() {
            unused.push("schema");
        }
        if !has(|source| matches!(source, Source::Models | Source::Migrations(..) | Source::File(_))) {
            unused.push("search_path");
        }
        let of: Vec<String> = sources.iter().map(|source| source.to_string()).collect();
        self.refuse(&unused, &format!("{verb} {}", of.join(" and ")))
    }

    /// A usage error, if the command line has one of these options.
    pub(super) fn refuse(&self, unused: &[&str], call: &str) -> Result<()> {
        match unused.iter().find(|option| self.global.given.iter().any(|given| given == *option)) {
            Some(option) => Err(super::is_not_used(option, call)),
            None => Ok(()),
        }
    }

    /// An error if the directory of migrations does not exist: with a mistyped name, there would be nothing to apply.
    pub(super) fn insist_on_migrations(&self) -> Result<()> {
        let directory = &self.config.migrations;
        if directory.exists() {
            return Ok(());
        }
        let message = format!("the directory of migrations, {}, does not exist", directory.display());
        Err(Error::file(message).help(
            "name it with --migrations DIR or in feedstock.toml; `new NAME` creates it with the first migration",
        ))
    }

    /// The same, only if the user named the directory: a new project has none.
    pub(super) fn insist_on_named_migrations(&self) -> Result<()> {
        if self.names_migrations { self.insist_on_migrations() } else { Ok(()) }
    }

    pub(super) fn migrations(&self) -> Result<Migrations> {
        source::migrations(&self.config.migrations, None)
    }

    /// The scratch server, with the base that these sources need.
    pub(super) fn scratch(&self, search_path: &SearchPathArgument, sources: &[&Source]) -> Result<Scratch> {
        let scratch = self.bare_scratch(search_path)?;
        let live = sources.iter().find_map(|source| match source {
            Source::Live(url) => Some(url.as_str()),
            _ => None,
        });
        source::on_base(scratch, &self.config.schema, &self.scope, live)
    }

    /// The scratch server without a base.
    pub(super) fn bare_scratch(&self, search_path: &SearchPathArgument) -> Result<Scratch> {
        if let Some(directory) = self.global.schema.as_ref().filter(|directory| !directory.exists()) {
            let message = format!("the directory --schema {} does not exist", directory.display());
            return Err(Error::file(message)
                .help("it has before/*.sql, after/*.sql and base/*.sql: correct its name, or leave it out"));
        }
        self.step("starting the scratch server …");
        let scratch = Scratch::of_project(self.global.scratch_url.as_deref(), &self.config.project)?;
        scratch.telling(say::warning);
        if let Some(room) = scratch.server().and_then(Server::room) {
            self.room.get_or_init(|| room.clone());
        }
        scratch.replaying_with(search_path.schemas(&self.config)).replaying_as(match self.global.replay_as {
            super::ReplayAs::Owner => ReplayAs::Owner,
            super::ReplayAs::Superuser => ReplayAs::Superuser,
        })
    }

    /// Adds help to an error for which a full disk of the scratch server is the reason.
    pub(super) fn explained(&self, error: Error) -> Error {
        // The code is "disk_full"; a server that cannot write its log ends without an error.
        match self.room.get() {
            Some(room) if error.sqlstate() == Some("53100") || room.ran_out() => error.help(room.help()),
            _ => error,
        }
    }

    pub(super) fn sources<'a>(&'a self, scratch: &'a Scratch) -> Sources<'a> {
        Sources {
            scratch,
            models: self.models.as_deref(),
            schema_dir: &self.config.schema,
            scope: &self.scope,
        }
    }

    /// The options of a plan on the command line. A value for a column that `wanted` does not have is an error.
    pub(super) fn plan_options(&self, values: &Values, wanted: &Schema) -> Result<Options> {
        Ok(Options {
            fill: columns("--fill", &values.fill, wanted)?,
            using: columns("--using", &values.using, wanted)?,
            allow: lint::allow(self.global.allow.iter().cloned())?,
            offline_ok: values.offline_ok || self.config.offline_ok,
            without_models: false,
            sizes: self.sizes_from(values.stats_from.as_deref())?,
            small_table: values.small_table.or(self.config.small_table),
            order: self.models.as_deref().map(source::order_of).unwrap_or_default(),
        })
    }

    /// Leaves the schema out before names in the plan's SQL, where the project wants that and it is the only one on the
    /// search path.
    pub(super) fn write_names(
        &self,
        scratch: &Scratch,
        plan: &mut Plan,
        path: &SearchPathArgument,
    ) -> Result<()> {
        let path = path.schemas(&self.config);
        if let ([schema], false) = (&path[..], self.config.qualify) {
            let taken = scratch.names_of_postgres()?;
            plan.leave_out(schema, |name| taken.contains(name));
        }
        Ok(())
    }

    /// The sizes of tables, from a file that `stats` wrote or from a database.
    pub(super) fn sizes_from(&self, from: Option<&str>) -> Result<BTreeMap<Name, Size>> {
        let Some(from) = from else { return Ok(BTreeMap::new()) };
        self.step("reading the sizes of the tables …");
        source::sizes_from(from)
    }

    /// Measures the steps of a plan; warns of unused options, and of a failed step. Returns whether all steps ran.
    pub(super) fn measure(
        &self,
        scratch: &Scratch,
        database: &Database,
        plan: &mut Plan,
        options: &Options,
    ) -> Result<bool> {
        if plan.is_empty() {
            return Ok(true);
        }
        plan.unused.iter().for_each(|line| say::warning(line));
        self.step("measuring the plan …");
        let measured = measure_plan(scratch, database, plan)?;
        plan.take(measured.batches, options);
        let Some(failed) = measured.failure else { return Ok(true) };
        let step = &plan.files[failed.batch].steps[failed.statement];
        say::warning(&format!("the measuring ends here: {}: {}", step.about, failed.error));
        plan.say_that_it_fails(failed.batch, failed.statement, &failed.error.to_string());
        Ok(false)
    }

    /// The database that the user named, or the project's own.
    pub(super) fn database(&self) -> Result<Target> {
        self.database_at(self.global.database_url.as_deref())
    }

    /// This database; without a URL, the project's own.
    pub(super) fn database_at(&self, url: Option<&str>) -> Result<Target> {
        match url {
            Some(url) => {
                let environment = Environment::of_process();
                Ok(Target { client: connect(url)?, url: url.to_owned(), environment, _server: None })
            }
            None => self.private_database(),
        }
    }

    /// Compares the files with those that the database has applied. The database is only read.
    pub(super) fn history(&self, migrations: &Migrations, history: &HistoryArguments) -> Result<Status> {
        self.history_of(&mut self.database()?, migrations, history)
    }

    /// The same of this database.
    pub(super) fn history_of(
        &self,
        target: &mut Target,
        migrations: &Migrations,
        history: &HistoryArguments,
    ) -> Result<Status> {
        let _cancelled = cancelled_at_a_signal(&target.client, &target.url, &target.environment);
        pin(&mut target.client, &[])?;
        let mut options = self.run_options(target);
        history.set(&self.config, &mut options);
        runner::status(&mut target.client, migrations, &options)
    }

    /// The options of a run on this database, as far as the settings have them.
    pub(super) fn run_options(&self, target: &Target) -> runner::Options {
        let config = &self.config;
        let connecting = (target.url.clone(), target.environment.clone());
        let cancelling = connecting.clone();
        // Cancel requests are connections too: they use TLS where the session does.
        let monitor = Monitor::new(move || connect_in(&connecting.0, &connecting.1))
            .cancelling(move |token| connect::cancel(&cancelling.0, &cancelling.1, token));
        runner::Options {
            lock_timeout: config.lock_timeout,
            statement_timeout: config.statement_timeout,
            max_wait: config.max_wait,
            runner_wait: config.runner_wait,
            attempts: config.attempts,
            monitor: Some(monitor),
            ..runner::Options::default()
        }
    }

    fn private_database(&self) -> Result<Target> {
        self.say("no database was named (--database-url, DATABASE_URL): using this project's own Postgres");
        let server = Server::data(&self.config.project)?;
        // The environment is not for a private server.
        let environment = Environment::none();
        let mut client = connect_in(&server.url("postgres"), &environment)?;
        let exists = client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&PRIVATE_DATABASE])?;
        if exists.is_none() {
            let created =
                client.batch_execute(&format!("CREATE DATABASE {PRIVATE_DATABASE} TEMPLATE template0"));
            // Another process may have created it first.
            created.or_else(|error| match error.code() {
                Some(code) if *code == postgres::error::SqlState::DUPLICATE_DATABASE => Ok(()),
                Some(code) if *code == postgres::error::SqlState::UNIQUE_VIOLATION => Ok(()),
                _ => Err(error),
            })?;
        }
        let url = server.url(PRIVATE_DATABASE);
        Ok(Target { client: connect_in(&url, &environment)?, url, environment, _server: Some(server) })
    }
}

/// Shows that a server does not answer: on the line of the current step, with `--verbose` as lines that stay.
fn tell_of_connections(global: &Global, progress: &Arc<OnceLock<ProgressBar>>) {
    let (verbose, quiet) = (global.verbose, global.quiet);
    let progress = Arc::clone(progress);
    // The line, and its text before.
    let shown: Mutex<Option<(ProgressBar, Option<String>)>> = Mutex::default();
    connect::listen(move |notice| {
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        match notice {
            Notice::Waiting(what) if verbose => say::line(what),
            Notice::Waiting(what) => {
                let line = progress.get().cloned();
                let before = line.as_ref().map(ProgressBar::message);
                let line = line.unwrap_or_else(|| say::progress(!quiet));
                line.set_message(what.to_owned());
                *shown = Some((line, before));
            }
            Notice::Over => match shown.take() {
                Some((line, Some(before))) => line.set_message(before),
                Some((line, None)) => line.finish_and_clear(),
                None => {}
            },
            Notice::Warning(_) if quiet => {}
            Notice::Warning(text) => say::warning(text),
        }
    });
}

/// A connection, and its server if that is our own. The fields drop in this order.
pub(super) struct Target {
    pub(super) client: Client,
    pub(super) url: String,
    /// The environment that completes the URL.
    pub(super) environment: Environment,
    _server: Option<Server>,
}

fn columns(flag: &str, given: &[String], wanted: &Schema) -> Result<BTreeMap<(Name, String), String>> {
    given.iter().map(|text| column(flag, text, wanted)).collect()
}

/// `table.column=expression`, or `schema.table.column=expression`.
fn column(flag: &str, text: &str, wanted: &Schema) -> Result<((Name, String), String)> {
    let form = format!("the form is {flag} table.column='expression'");
    let (path, expression) = text
        .split_once('=')
        .ok_or_else(|| Error::usage(format!("{flag} {text}: there is no `=`")).help(&form))?;
    let parts: Vec<&str> = path.trim().split('.').collect();
    let (table, column) = match parts[..] {
        [table, column] => (Name::new("public", table), column),
        [schema, table, column] => (Name::new(schema, table), column),
        _ => return Err(Error::usage(format!("{flag} {text}: `{path}` names no column")).help(&form)),
    };
    if wanted.column(&table, column).is_none() {
        let message = format!("{flag} {text}: the wanted schema has no column {table}.{column}");
        return Err(Error::usage(message).help("name the column by its new name"));
    }
    if expression.trim().is_empty() {
        return Err(Error::usage(format!("{flag} {text}: the expression is empty")).help(form));
    }
    Ok(((table, column.to_owned()), expression.trim().to_owned()))
}
