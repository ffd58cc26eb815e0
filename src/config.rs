//! The settings of a project: `feedstock.toml`, as `docs/feedstock_toml.md` describes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::error::{Error, Result};
use crate::text_file;

/// The file's name.
pub const FILE: &str = "feedstock.toml";

/// What holds in the end, after flags, environment, file and defaults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The directory of the project: that of `feedstock.toml`, else the working directory.
    pub project: PathBuf,
    /// The directory of the migration files.
    pub migrations: PathBuf,
    /// The directory that holds `before/*.sql` and `after/*.sql`; it may be absent.
    pub schema: PathBuf,
    /// The schemas that are compared; empty is every one.
    pub managed: Vec<String>,
    /// Relations that are left alone: `name` in any schema, or `schema.name`.
    pub ignore: Vec<String>,
    /// How long a statement in a transaction waits for a lock.
    pub lock_timeout: Duration,
    /// How long a statement may take; `None` leaves it to the role and the database, zero is without a bound.
    pub statement_timeout: Option<Duration>,
    /// How long a statement outside a transaction waits for each of those before it.
    pub max_wait: Duration,
    /// How long to wait for another runner.
    pub runner_wait: Duration,
    /// How often a file is tried that does not get its locks; at least once.
    pub attempts: u32,
    /// The table that has what is applied.
    pub history_table: String,
    /// The schema of that table.
    pub history_schema: String,
    /// The search path that every migration begins with; not empty.
    pub search_path: Vec<String>,
    /// The role that runs the migrations; `None` is the connection's own.
    pub role: Option<String>,
    /// Does nobody use the tables while migrations are applied?
    pub offline_ok: bool,
    /// Up to how many bytes a table whose size is known is small; `None` is what the plan thinks.
    pub small_table: Option<u64>,
    /// Does the SQL of plans name the schema of each object? If not, it is left out where it is the only one on the
    /// search path.
    pub qualify: bool,
    /// How migrations are judged.
    pub lint: Lint,
}

/// How migrations are judged: the table `[lint]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lint {
    /// The migrations after this version are judged where nothing else says which.
    pub since: Option<i64>,
    /// The directory of the project's own rules.
    pub directory: Option<PathBuf>,
    /// `error`, `warning`, `note` or `off`, by rule.
    #[serde(default)]
    pub severity: BTreeMap<String, String>,
    /// The same for some files only; of several the last one counts.
    #[serde(default)]
    pub paths: Vec<LintPath>,
}

/// What holds for the files of a directory, or for one file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LintPath {
    /// The file, or the directory.
    pub path: PathBuf,
    /// `error`, `warning`, `note` or `off`, by rule.
    #[serde(default)]
    pub severity: BTreeMap<String, String>,
}

/// What one place says: the flags, the environment or the file. `None` leaves it to the next place.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// See [`Config::migrations`].
    pub migrations: Option<PathBuf>,
    /// See [`Config::schema`].
    pub schema: Option<PathBuf>,
    /// See [`Config::managed`].
    pub managed: Option<Vec<String>>,
    /// See [`Config::ignore`].
    pub ignore: Option<Vec<String>>,
    /// See [`Config::lock_timeout`].
    #[serde(default, deserialize_with = "duration_in_a_file")]
    pub lock_timeout: Option<Duration>,
    /// See [`Config::statement_timeout`].
    #[serde(default, deserialize_with = "duration_in_a_file")]
    pub statement_timeout: Option<Duration>,
    /// See [`Config::max_wait`].
    #[serde(default, deserialize_with = "duration_in_a_file")]
    pub max_wait: Option<Duration>,
    /// See [`Config::runner_wait`].
    #[serde(default, deserialize_with = "duration_in_a_file")]
    pub runner_wait: Option<Duration>,
    /// See [`Config::attempts`].
    pub attempts: Option<std::num::NonZeroU32>,
    /// See [`Config::history_table`].
    pub history_table: Option<String>,
    /// See [`Config::history_schema`].
    pub history_schema: Option<String>,
    /// See [`Config::search_path`].
    pub search_path: Option<Vec<String>>,
    /// See [`Config::role`].
    pub role: Option<String>,
    /// See [`Config::offline_ok`].
    pub offline_ok: Option<bool>,
    /// See [`Config::small_table`].
    #[serde(default, deserialize_with = "size_in_a_file")]
    pub small_table: Option<u64>,
    /// How the SQL of plans is written.
    #[serde(default)]
    pub sql: SqlSettings,
    /// See [`Config::lint`].
    #[serde(default)]
    pub lint: Lint,
}

/// The settings of the table `[sql]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SqlSettings {
    /// See [`Config::qualify`].
    pub qualify: Option<bool>,
}

impl Config {
    /// Reads the nearest `feedstock.toml` upward from `directory` and the environment; `flags` win over both.
    ///
    /// # Errors
    ///
    /// The file cannot be read or says something that has no meaning (with file, line, column and what is allowed),
    /// or a variable does.
    pub fn load(directory: &Path, flags: Settings) -> Result<Self> {
        let environment = Settings::from_environment(|name| std::env::var(name).ok())?;
        let (project, file) = match nearest_file(directory) {
            Some(path) => (path.parent().unwrap_or(directory).to_owned(), Settings::from_file(&path)?),
            None => (directory.to_owned(), Settings::default()),
        };
        Ok(Self::from_settings(project, flags.or(environment).or(file)))
    }

    fn from_settings(project: PathBuf, settings: Settings) -> Self {
        Config {
            migrations: settings.migrations.unwrap_or_else(|| project.join("migrations")),
            schema: settings.schema.unwrap_or_else(|| project.join("schema")),
            project,
            managed: settings.managed.unwrap_or_default(),
            ignore: settings.ignore.unwrap_or_default(),
            lock_timeout: settings.lock_timeout.unwrap_or(Duration::from_secs(3)),
            statement_timeout: settings.statement_timeout,
            max_wait: settings.max_wait.unwrap_or(Duration::from_secs(60 * 60)),
            runner_wait: settings.runner_wait.unwrap_or(Duration::from_secs(10 * 60)),
            attempts: settings.attempts.map_or(10, std::num::NonZeroU32::get),
            history_table: settings.history_table.unwrap_or_else(|| "refinery_schema_history".to_owned()),
            history_schema: settings.history_schema.unwrap_or_else(|| "public".to_owned()),
            search_path: settings.search_path.unwrap_or_else(|| vec!["public".to_owned()]),
            role: settings.role,
            offline_ok: settings.offline_ok.unwrap_or_default(),
            small_table: settings.small_table,
            qualify: settings.sql.qualify.unwrap_or(true),
            lint: settings.lint,
        }
    }
}

impl Settings {
    /// Reads a file; its paths come out relative to it.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or says something that has no meaning.
    pub fn from_file(path: &Path) -> Result<Self> {
        if let Some(error) = text_file::outside(path.parent().unwrap_or(Path::new("")), path) {
            return Err(error);
        }
        let text = text_file::read_with_lf(path)?;
        let mut settings: Settings =
            toml::from_str(&text).map_err(|error| wrong_file(path, &text, &error))?;
        let directory = path.parent().unwrap_or(Path::new(""));
        for path in [&mut settings.migrations, &mut settings.schema].into_iter().flatten() {
            *path = directory.join(&path);
        }
        settings.lint.directory = Some(directory.join(settings.lint.directory.unwrap_or("lint".into())));
        for of in &mut settings.lint.paths {
            of.path = directory.join(&of.path);
        }
        Ok(settings)
    }

    /// Reads `FEEDSTOCK_MIGRATIONS` and the like by a function that looks variables up. An empty one says nothing.
    ///
    /// # Errors
    ///
    /// A variable says something that has no meaning.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let text = |name: &str| variable(name).filter(|value| !value.is_empty());
        let list = |name: &str| {
            text(name).map(|value| value.split(',').map(|part| part.trim().to_owned()).collect::<Vec<_>>())
        };
        let time = |name: &str| {
            text(name)
                .map(|value| duration(&value).map_err(|why| Error::usage(format!("{name}: {why}"))))
                .transpose()
        };
        let attempts = text("FEEDSTOCK_ATTEMPTS").map(|value| {
            value.parse().map_err(|_| {
                Error::usage(format!("FEEDSTOCK_ATTEMPTS: `{value}` is not a number of attempts"))
                    .help("write a whole number, 1 or more")
            })
        });
        let offline_ok = text("FEEDSTOCK_OFFLINE_OK").map(|value| {
            value.parse().map_err(|_| {
                Error::usage(format!("FEEDSTOCK_OFFLINE_OK: `{value}` is no answer"))
                    .help("write true or false")
            })
        });
        let small_table = text("FEEDSTOCK_SMALL_TABLE")
            .map(|value| size(&value).map_err(|why| Error::usage(format!("FEEDSTOCK_SMALL_TABLE: {why}"))));
        Ok(Settings {
            migrations: text("FEEDSTOCK_MIGRATIONS").map(PathBuf::from),
            schema: text("FEEDSTOCK_SCHEMA").map(PathBuf::from),
            managed: list("FEEDSTOCK_MANAGED"),
            ignore: list("FEEDSTOCK_IGNORE"),
            lock_timeout: time("FEEDSTOCK_LOCK_TIMEOUT")?,
            statement_timeout: time("FEEDSTOCK_STATEMENT_TIMEOUT")?,
            max_wait: time("FEEDSTOCK_MAX_WAIT")?,
            runner_wait: time("FEEDSTOCK_RUNNER_WAIT")?,
            attempts: attempts.transpose()?,
            history_table: text("FEEDSTOCK_HISTORY_TABLE"),
            history_schema: text("FEEDSTOCK_HISTORY_SCHEMA"),
            search_path: list("FEEDSTOCK_SEARCH_PATH"),
            role: text("FEEDSTOCK_ROLE"),
            offline_ok: offline_ok.transpose()?,
            small_table: small_table.transpose()?,
            sql: SqlSettings::default(),
            lint: Lint::default(),
        })
    }

    /// These settings, and where they say nothing, the other ones.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Settings {
            migrations: self.migrations.or(other.migrations),
            schema: self.schema.or(other.schema),
            managed: self.managed.or(other.managed),
            ignore: self.ignore.or(other.ignore),
            lock_timeout: self.lock_timeout.or(other.lock_timeout),
            statement_timeout: self.statement_timeout.or(other.statement_timeout),
            max_wait: self.max_wait.or(other.max_wait),
            runner_wait: self.runner_wait.or(other.runner_wait),
            attempts: self.attempts.or(other.attempts),
            history_table: self.history_table.or(other.history_table),
            history_schema: self.history_schema.or(other.history_schema),
            search_path: self.search_path.or(other.search_path),
            role: self.role.or(other.role),
            offline_ok: self.offline_ok.or(other.offline_ok),
            small_table: self.small_table.or(other.small_table),
            sql: SqlSettings { qualify: self.sql.qualify.or(other.sql.qualify) },
            // Only a file has it.
            lint: if self.lint == Lint::default() { other.lint } else { self.lint },
        }
    }
}

/// Reads a time as Postgres writes it: a whole number and `ms`, `s`, `min`, `h` or `d`.
///
/// # Errors
///
/// What is wrong and what to write, in one line; good for clap too.
pub fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("min", 60_000), ("s", 1_000), ("h", 3_600_000), ("d", 86_400_000)];
    let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.trim().strip_prefix(digits).unwrap_or_default();
    let milliseconds = units.iter().find(|(name, _)| *name == unit).and_then(|(_, each)| {
        let number: u64 = digits.trim().parse().ok()?;
        number.checked_mul(*each)
    });
    milliseconds
        // Postgres takes a 32-bit number of milliseconds, and 0 as "no bound", which is not what a zero looks like.
        .filter(|milliseconds| (1..=i32::MAX as u64).contains(milliseconds))
        .map(Duration::from_millis)
        .ok_or_else(|| {
            format!("`{text}` is not a time: write a number and ms, s, min, h or d, such as 3s, up to 24d")
        })
}

/// Reads a size as Postgres writes it: a whole number and `kB`, `MB`, `GB` or `TB`, in powers of 1024; 0 is none.
///
/// # Errors
///
/// What is wrong and what to write, in one line; good for clap too.
pub fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.trim().strip_prefix(digits).unwrap_or_default();
    let power = match unit {
        "" if digits == "0" => Some(0),
        "kB" => Some(1),
        "MB" => Some(2),
        "GB" => Some(3),
        "TB" => Some(4),
        _ => None,
    };
    let number: Option<u64> = digits.trim().parse().ok();
    let bytes = number.zip(power).and_then(|(number, power)| number.checked_mul(1024_u64.pow(power)));
    bytes.ok_or_else(|| {
        format!("`{text}` is not a size: write a number and kB, MB, GB or TB, such as 10MB, or 0")
    })
}

fn size_in_a_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    size(&text).map(Some).map_err(serde::de::Error::custom)
}

fn duration_in_a_file<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let text = String::deserialize(deserializer)?;
    duration(&text).map(Some).map_err(serde::de::Error::custom)
}

fn nearest_file(directory: &Path) -> Option<PathBuf> {
    // Only an absolute path has all its parents.
    let directory = std::path::absolute(directory).ok()?;
    directory.ancestors().map(|directory| directory.join(FILE)).find(|file| file.is_file())
}

fn wrong_file(path: &Path, text: &str, error: &toml::de::Error) -> Error {
    let place = error.span().map_or(0, |span| span.start).min(text.len());
    let before = &text[..place];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Error::file(error.message()).at(path.display().to_string(), line, column)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(text: &str) -> tempfile::TempDir {
        let project = tempfile::tempdir().unwrap();
        fs::create_dir_all(project.path().join("a/b")).unwrap();
        fs::write(project.path().join(FILE), text).unwrap();
        project
    }

    #[test]
    fn without_a_file_the_defaults_hold() {
        let directory = tempfile::tempdir().unwrap();
        let config = Config::load(directory.path(), Settings::default()).unwrap();
        assert_eq!(config.migrations, directory.path().join("migrations"));
        assert_eq!(config.schema, directory.path().join("schema"));
        assert!(config.managed.is_empty());
        assert_eq!((config.lock_timeout, config.attempts), (Duration::from_secs(3), 10));
        assert_eq!(config.statement_timeout, None);
    }

    #[test]
    fn the_example_of_the_documentation_is_read() {
        let example: String = include_str!("docs/feedstock_toml.md")
            .lines()
            .skip_while(|line| *line != "```toml")
            .skip(1)
            .take_while(|line| *line != "```")
            .map(|line| format!("{line}\n"))
            .collect();
        let project = project(&example);
        let config = Config::load(project.path(), Settings::default()).unwrap();
        assert_eq!(config.ignore, ["spatial_ref_sys"]);
        assert_eq!(config.statement_timeout, Some(Duration::from_secs(300)));
    }

    #[test]
    fn the_nearest_file_upward_counts_and_its_paths_are_its_own() {
        let project = project("migrations = 'db/migrations'");
        let config = Config::load(&project.path().join("a/b"), Settings::default()).unwrap();
        assert_eq!(config.project, project.path());
        assert_eq!(config.migrations, project.path().join("db/migrations"));
        fs::write(project.path().join("a").join(FILE), "").unwrap();
        let config = Config::load(&project.path().join("a/b"), Settings::default()).unwrap();
        assert_eq!(config.migrations, project.path().join("a/migrations"));
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let lock =
            |seconds| Settings { lock_timeout: Some(Duration::from_secs(seconds)), ..Settings::default() };
        let environment = Settings::from_environment(|name| match name {
            "FEEDSTOCK_LOCK_TIMEOUT" => Some("2s".to_owned()),
            "FEEDSTOCK_MANAGED" => Some("public, audit".to_owned()),
            "FEEDSTOCK_SCHEMA" => Some(String::new()),
            _ => None,
        });
        let environment = environment.unwrap();
        assert_eq!(environment.managed, Some(vec!["public".to_owned(), "audit".to_owned()]));
        assert_eq!(environment.schema, None);
        let file = lock(3);
        assert_eq!(lock(1).or(environment.clone()).or(file.clone()).lock_timeout, lock(1).lock_timeout);
        assert_eq!(Settings::default().or(environment).or(file.clone()).lock_timeout, lock(2).lock_timeout);
        assert_eq!(Settings::default().or(file).lock_timeout, lock(3).lock_timeout);
    }

    #[test]
    fn a_wrong_file_says_where_and_what_is_allowed() {
        for (text, line, column, message) in [
            ("managed = ['a']\nmigration = 'x'\n", 2, 1, "expected one of `migrations`, `schema`, `managed`"),
            ("schema = 'ü'\nlock_timeout = '3 parsecs'", 2, 16, "write a number and ms, s, min, h or d"),
            ("attempts = 0", 1, 12, "nonzero"),
            ("managed = 'public'", 1, 11, "expected a sequence"),
            ("schema = ", 1, 10, "value"),
        ] {
            let project = project(text);
            let error = Config::load(project.path(), Settings::default()).unwrap_err();
            let place = error.place().unwrap_or_else(|| panic!("{error}"));
            assert_eq!((place.line, place.column), (line, column), "{error}");
            assert!(place.file.ends_with(FILE) && error.to_string().contains(message), "{error}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named() {
        for (name, value) in [("FEEDSTOCK_MAX_WAIT", "soon"), ("FEEDSTOCK_ATTEMPTS", "-1")] {
            let error =
                Settings::from_environment(|asked| (asked == name).then(|| value.to_owned())).unwrap_err();
            assert!(error.is_usage() && error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn sizes_are_read_as_postgres_writes_them() {
        for (text, bytes) in
            [("0", 0), ("8kB", 8192), ("10MB", 10 << 20), ("1 GB", 1 << 30), ("2TB", 2 << 40)]
        {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "MB", "10", "10mb", "-1MB", "1.5GB", "99999999999TB"] {
            assert!(size(text).unwrap_err().contains(text), "{text}");
        }
        let project = project("small_table = '1MB'");
        let config = Config::load(project.path(), Settings::default()).unwrap();
        assert_eq!(config.small_table, Some(1 << 20));
    }

    #[test]
    fn times_are_read_as_postgres_writes_them() {
        for (text, milliseconds) in [
            ("500ms", 500),
            ("3s", 3_000),
            ("10min", 600_000),
            ("1h", 3_600_000),
            ("24d", 2_073_600_000),
            ("3 s", 3_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "3", "s", "0s", "-1s", "3m", "1.5s", "25d", "99999999999999999999s"] {
            assert!(duration(text).unwrap_err().contains(text), "{text}");
        }
    }
}
