//! `models | migrations | migrations@7 | FILE.sql | postgres://… | empty` -> a canonical [`Schema`], and a
//! scratch database that holds it.

mod sizes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::ddl::declared;
use crate::diff::Hints;
use crate::inspect::{Scope, inspect};
use crate::migration::Migrations;
use crate::model::Declared;
use crate::prove::{Database, Scratch, canonical, database_of, run};
use crate::schema::{Name, Schema};
use crate::{Error, Result, connect};

pub use sizes::sizes;

/// Where a schema comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The models of the program, between the files of `schema/before` and `schema/after`.
    Models,
    /// A directory of migrations, perhaps up to a version.
    Migrations(PathBuf, Option<i64>),
    /// A file of SQL.
    File(PathBuf),
    /// A live database, which is only read.
    Live(String),
    /// Nothing.
    Empty,
}

impl Source {
    /// Reads a source as it is written on the command line. `migrations` is the directory that the word stands for.
    ///
    /// # Errors
    /// Usage: it is none of the forms.
    pub fn parse(text: &str, migrations: &Path) -> Result<Self> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Source::Live(text.to_owned()));
        }
        let directory = |text: &str| (text == "migrations").then(|| migrations.to_owned());
        let existing = |text: &str| Path::new(text).is_dir().then(|| PathBuf::from(text));
        match text {
            "models" => return Ok(Source::Models),
            "empty" => return Ok(Source::Empty),
            _ if text.ends_with(".sql") => return Ok(Source::File(text.into())),
            _ => {}
        }
        if let Some((before, version)) = text.rsplit_once('@')
            && let Some(directory) = directory(before).or_else(|| existing(before))
        {
            let version = version.trim_start_matches('V').parse().map_err(|_| {
                Error::usage(format!("`{version}` in `{text}` is not a version"))
                    .help("a version is a number: migrations@7")
            })?;
            return Ok(Source::Migrations(directory, Some(version)));
        }
        match directory(text).or_else(|| existing(text)) {
            Some(directory) => Ok(Source::Migrations(directory, None)),
            None => Err(Error::usage(format!("`{text}` is not a source")).help(
                "a source is one of: models, migrations, migrations@7, a directory, FILE.sql, postgres://…, empty",
            )),
        }
    }
}

/// What sources are built with.
pub struct Sources<'a> {
    /// Where they are built.
    pub scratch: &'a Scratch,
    /// The models of this program; `None` in a program without any.
    pub models: Option<&'a [&'static Declared]>,
    /// The directory of `before/*.sql` and `after/*.sql`.
    pub schema_dir: &'a Path,
    /// What is looked at.
    pub scope: &'a Scope,
}

/// A source, built.
pub struct Built {
    /// Its canonical schema.
    pub schema: Schema,
    /// A database that holds it, without connections.
    pub database: Database,
}

impl Sources<'_> {
    /// Builds a source on its own.
    ///
    /// # Errors
    /// A file cannot be read, a statement fails, the server fails, or something cannot be represented.
    pub fn build(&self, source: &Source) -> Result<Built> {
        match source {
            Source::Models => self.models(&BTreeMap::new()),
            Source::Migrations(directory, up_to) => self.migrations(&migrations(directory, *up_to)?),
            Source::File(path) => self.file(path),
            Source::Live(url) => self.live(url),
            Source::Empty => self.raw(|_| Ok(())),
        }
    }

    /// Builds the wanted side of a change of `current`: models take the physical order of columns from there.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn build_wanted(&self, source: &Source, current: &Schema) -> Result<Built> {
        match source {
            Source::Models => self.models(&column_order(current, &self.hints(source)?)),
            _ => self.build(source),
        }
    }

    /// Replays migrations. The database holds what they build, not the canonical form of it.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn migrations(&self, migrations: &Migrations) -> Result<Built> {
        self.raw(|client| migrations.iter().try_for_each(|file| run::migration(self.scratch, client, file)))
    }

    /// The renames that a source says.
    ///
    /// # Errors
    /// Usage: there are no models, or two of them contradict each other.
    pub fn hints(&self, source: &Source) -> Result<Hints> {
        if *source == Source::Models { hints(self.declared()?) } else { Ok(Hints::default()) }
    }

    fn declared(&self) -> Result<&[&'static Declared]> {
        self.models.ok_or_else(|| {
            Error::usage("this program has no models")
                .help("run the binary of the crate that derives them, for example: cargo run -p images -- …")
        })
    }

    fn raw(&self, fill: impl FnOnce(&mut postgres::Client) -> Result<()>) -> Result<Built> {
        let database = self.scratch.database()?;
        let mut client = database.client()?;
        fill(&mut client)?;
        let found = inspect(&mut client, self.scope)?;
        drop(client);
        let schema = canonical(self.scratch, found, self.scope)?;
        Ok(Built { schema, database })
    }

    fn file(&self, path: &Path) -> Result<Built> {
        let name = path.display().to_string();
        let text = read(path)?;
        self.raw(|client| run::file(self.scratch, client, &name, &text))
    }

    fn live(&self, url: &str) -> Result<Built> {
        let found = inspect(&mut connect::connect(url)?, self.scope)?;
        let schema = canonical(self.scratch, found, self.scope)?;
        let database = database_of(self.scratch, &schema)?;
        Ok(Built { schema, database })
    }

    fn models(&self, order: &BTreeMap<Name, Vec<String>>) -> Result<Built> {
        let statements = declared::build(self.declared()?, order)?;
        let (before, after) =
            (sql_files(&self.schema_dir.join("before"))?, sql_files(&self.schema_dir.join("after"))?);
        self.raw(|client| {
            let run_all = |client: &mut postgres::Client, files: &[PathBuf]| {
                files.iter().try_for_each(|path| {
                    run::file(self.scratch, client, &path.display().to_string(), &read(path)?)
                })
            };
            run_all(client, &before)?;
            for statement in &statements {
                client.batch_execute(&statement.sql).map_err(|error| {
                    Error::usage(format!("Postgres does not accept what {} declares", statement.model))
                        .because(error)
                        .help(format!("the statement was: {}", statement.sql))
                })?;
            }
            run_all(client, &after)
        })
    }
}

/// The migrations of a directory, perhaps up to a version. A directory that is not there holds none.
///
/// # Errors
/// Files that refinery would misread, or a version that is not there.
pub fn migrations(directory: &Path, up_to: Option<i64>) -> Result<Migrations> {
    let all = if directory.exists() { Migrations::read(directory)? } else { Migrations::default() };
    match up_to {
        None => Ok(all),
        Some(version) if version == 0 || all.get(version).is_some() => Ok(all.up_to(version)),
        Some(version) => {
            Err(Error::usage(format!("there is no migration V{version} in {}", directory.display())).help(
                match all.last() {
                    Some(last) => format!("the last one is V{}", last.version),
                    None => "the directory holds none".to_owned(),
                },
            ))
        }
    }
}

/// The SQL files of a directory that may be absent, by name.
fn sql_files(directory: &Path) -> Result<Vec<PathBuf>> {
    if !directory.exists() {
        return Ok(Vec::new());
    }
    let failed = |error| Error::file(format!("cannot read {}", directory.display())).because(error);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "sql") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::file(format!("cannot read {}", path.display())).because(error))
}

/// The renames that models say.
fn hints(models: &[&'static Declared]) -> Result<Hints> {
    let mut hints = Hints::default();
    let old = |from: &str, new: &Name| match from.split_once('.') {
        Some((schema, name)) => Name::new(schema, name),
        None => Name::new(new.schema.clone(), from),
    };
    for model in models {
        let table = declared::table_name(model);
        if let Some(from) = model.renamed_from {
            hints.tables.push((old(from, &table), table.clone()));
        }
        let renamed = model.columns.iter().filter_map(|column| Some((column.renamed_from?, column.name)));
        hints.columns.extend(renamed.map(|(from, to)| (table.clone(), from.to_owned(), to.to_owned())));
    }
    for (name, found) in declared::enums_of(models)? {
        if let Some(from) = found.renamed_from {
            hints.enums.push((old(from, &name), name.clone()));
        }
        let renamed = found.labels.iter().filter_map(|label| Some((label.renamed_from?, label.name)));
        hints.labels.extend(renamed.map(|(from, to)| (name.clone(), from.to_owned(), to.to_owned())));
    }
    Ok(hints)
}

/// The columns that each table has, in order, under the names that they are to have.
fn column_order(current: &Schema, hints: &Hints) -> BTreeMap<Name, Vec<String>> {
    let table_of = |old: &Name| {
        let renamed = hints.tables.iter().find(|(from, to)| from == old && !current.tables.contains_key(to));
        renamed.map_or(old, |(_, to)| to).clone()
    };
    let tables = current.tables.values().map(|table| {
        let new_table = table_of(&table.name);
        let column_of = |old: &str| {
            let renamed = hints
                .columns
                .iter()
                .find(|(of, from, to)| *of == new_table && from == old && table.column(to).is_none());
            renamed.map_or(old, |(_, _, to)| to).to_owned()
        };
        let columns = table.columns.iter().map(|column| column_of(&column.name)).collect();
        (new_table, columns)
    });
    tables.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_as_they_are_written() {
        let parse = |text| Source::parse(text, Path::new("db/migrations"));
        assert_eq!(parse("models").unwrap(), Source::Models);
        assert_eq!(parse("empty").unwrap(), Source::Empty);
        assert_eq!(parse("migrations").unwrap(), Source::Migrations("db/migrations".into(), None));
        assert_eq!(parse("migrations@7").unwrap(), Source::Migrations("db/migrations".into(), Some(7)));
        assert_eq!(parse("src@V2").unwrap(), Source::Migrations("src".into(), Some(2)));
        assert_eq!(parse("a@b.sql").unwrap(), Source::File("a@b.sql".into()));
        assert_eq!(parse("postgres://u@h/d").unwrap(), Source::Live("postgres://u@h/d".into()));
        assert!(parse("nonsense").unwrap_err().is_usage());
        assert!(parse("migrations@x").unwrap_err().is_usage());
    }
}
