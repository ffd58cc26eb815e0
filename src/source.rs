//! `models | migrations | migrations@7 | FILE.sql | postgres://… | host=… | empty` -> a canonical [`Schema`], and a
//! scratch database that holds it.

mod base;
mod sizes;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use postgres::Client;

use self::base::sql_files;
use crate::connect::{self, Environment, redacted};
use crate::ddl::declared;
use crate::diff::{Hints, differing};
use crate::inspect::{Scope, inspect};
use crate::migration::Migrations;
use crate::model::Declared;
use crate::pin::{cancelled_at_a_signal, connect_pinned};
use crate::prove::cache::{self, Columns, Kept, Key, columns_of};
use crate::prove::run::Session;
use crate::prove::{Database, Scratch, canonical_in_order, canonical_of, database_of};
use crate::schema::{Name, Schema};
use crate::{Error, Result, text_file};

pub use base::{Unmanaged, on_base, unmanaged_of_live};
pub use sizes::{Stats, sizes, sizes_from};

/// A schema as a user names it on the command line.
#[derive(Clone, PartialEq, Eq)]
pub enum Source {
    /// The models of the program, between the files of `schema/before` and `schema/after`.
    Models,
    /// A directory of migrations, up to a version if one is given.
    Migrations(PathBuf, Option<i64>),
    /// A file of SQL.
    File(PathBuf),
    /// A live database, which is only read.
    Live(String),
    /// The empty schema.
    Empty,
}

/// As the user wrote it, without a password.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Models => f.write_str("models"),
            Source::Migrations(directory, None) => write!(f, "{}", directory.display()),
            Source::Migrations(directory, Some(version)) => write!(f, "{}@{version}", directory.display()),
            Source::File(path) => write!(f, "{}", path.display()),
            Source::Live(url) => f.write_str(&redacted(url)),
            Source::Empty => f.write_str("empty"),
        }
    }
}

/// As displayed, since a connection string may hold a password.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({self})")
    }
}

impl Source {
    /// Parses a source of the command line. `migrations` is the directory for the word of that name.
    ///
    /// # Errors
    /// A usage error, if it has none of the forms.
    pub fn parse(text: &str, migrations: &Path) -> Result<Self> {
        let directory = |text: &str| (text == "migrations").then(|| migrations.to_owned());
        let existing = |text: &str| Path::new(text).is_dir().then(|| PathBuf::from(text));
        match text {
            "models" => return Ok(Source::Models),
            "empty" => return Ok(Source::Empty),
            _ if text.ends_with(".sql") && Path::new(text).exists() => return Ok(Source::File(text.into())),
            _ => {}
        }
        if let Some(directory) = directory(text).or_else(|| existing(text)) {
            return Ok(Source::Migrations(directory, None));
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
        if connect::is_connection_string(text) {
            connect::validate(text)?;
            return Ok(Source::Live(text.to_owned()));
        }
        if text.ends_with(".sql") && !connect::may_be_a_connection(text) {
            return Ok(Source::File(text.into()));
        }
        Err(match connect::validate(text) {
            Err(error) if connect::may_be_a_connection(text) => error.while_doing("that is not a source"),
            _ => Error::usage(format!("`{}` is not a source", connect::typed(text))).help(
                "a source is one of: models, migrations, migrations@7, a directory, FILE.sql, postgres://…, \
                 host=… dbname=…, empty",
            ),
        })
    }
}

/// The inputs and the server for building sources.
pub struct Sources<'a> {
    /// The server for their databases.
    pub scratch: &'a Scratch,
    /// The models of this program; `None` in a program without any.
    pub models: Option<&'a [&'static Declared]>,
    /// The directory of `before/*.sql` and `after/*.sql`.
    pub schema_dir: &'a Path,
    /// The objects that are compared.
    pub scope: &'a Scope,
}

/// A built source.
pub struct Built {
    /// Its canonical schema.
    pub schema: Schema,
    /// A database that has it, without connections. Copy it: if the server keeps it, nobody can connect to it.
    pub database: Database,
}

/// Two sources, built as far as they differ.
pub struct Compared {
    /// The start of the change; for live databases only the objects that differ, and those that they depend on.
    pub current: Built,
    /// The end of the change, as far as `current` goes.
    pub wanted: Schema,
    /// All of the end; its texts may not be canonical.
    pub whole: Schema,
}

/// A live database as it was read.
pub struct Live {
    schema: Schema,
    /// The `server_version_num` of its server: 150012 is 15.12.
    version: u32,
    /// The versions of extensions for which the scratch server has no script.
    versions: BTreeMap<String, String>,
}

impl Live {
    /// Reads a live database, for which no scratch server is needed.
    ///
    /// # Errors
    /// The server cannot be reached, or fails.
    pub fn read(url: &str, scope: &Scope) -> Result<Self> {
        let environment = Environment::of_process();
        let mut client = connect_pinned(url, &environment)?;
        let _cancelled = cancelled_at_a_signal(&client, url, &environment);
        let version: i32 = client.query_one("SELECT current_setting('server_version_num')::int", &[])?.get(0);
        let schema = inspect(&mut client, scope)?;
        let building = under_construction(&mut client)?;
        if let Some((index, pid)) = building.into_iter().find(|(index, _)| is_invalid(&schema, index)) {
            return Err(Error::refused(format!(
                "the index {index} is being built concurrently by the session {pid}, and is invalid until then"
            ))
            .help("run it again when the index is built: a plan that is made now would drop it"));
        }
        Ok(Live { schema, version: version.unsigned_abs(), versions: BTreeMap::new() })
    }

    /// Do both have the same objects? The canonical form depends only on what was read, so equal readings have equal
    /// canonical forms.
    pub fn is_alike(&self, other: &Live) -> bool {
        self.schema == other.schema
    }
}

/// The indexes that sessions are building concurrently, each with the session's process. A role without the rights of
/// `pg_read_all_stats` sees only its own.
fn under_construction(client: &mut Client) -> Result<Vec<(Name, i32)>> {
    let rows = client.query(include_str!("source/under_construction.sql"), &[])?;
    Ok(rows
        .iter()
        .map(|row| (Name::new(row.get::<_, String>(0), row.get::<_, String>(1)), row.get(2)))
        .collect())
}

fn is_invalid(schema: &Schema, index: &Name) -> bool {
    schema.indexes.get(index).is_some_and(|index| !index.valid)
}

/// The part of a source that a caller needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Schema,
    Database,
}

/// A source, built as far as a caller needs it.
struct Build {
    schema: Schema,
    database: Option<Database>,
}

impl Build {
    fn whole(self) -> Result<Built> {
        let Build { schema, database } = self;
        let database = database.ok_or_else(|| Error::database("a schema was built without its database"))?;
        Ok(Built { schema, database })
    }
}

fn with_versions(mut schema: Schema, versions: BTreeMap<String, String>) -> Schema {
    for (name, version) in versions {
        if let Some(extension) = schema.extensions.get_mut(&name) {
            (extension.version, extension.is_default) = (version, false);
        }
    }
    schema
}

/// Is it an error about a role that exists, or about dependent objects? An earlier replay may have left those.
fn is_of_other_replays(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("42710" | "2BP01"))
}

impl Sources<'_> {
    /// Builds a source on its own.
    ///
    /// # Errors
    /// A file cannot be read, a statement fails, the server fails, or something cannot be represented.
    pub fn build(&self, source: &Source) -> Result<Built> {
        self.built_whole(source).map_err(|error| self.explained(error))
    }

    /// Adds what to do where something that is not managed is missing.
    fn explained(&self, error: Error) -> Error {
        base::explained(error, self.scratch, self.schema_dir, self.scope)
    }

    fn built_whole(&self, source: &Source) -> Result<Built> {
        match source {
            Source::Models => self.models(&BTreeMap::new(), Wanted::Database).and_then(Build::whole),
            Source::Live(url) => self.live(url),
            _ => self.other(source, Wanted::Database).and_then(Build::whole),
        }
    }

    /// Builds the wanted side of a change of `current`, whose order of columns it takes for models.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn build_wanted(&self, source: &Source, current: &Schema) -> Result<Schema> {
        self.wanted(source, current).map_err(|error| self.explained(error))
    }

    fn wanted(&self, source: &Source, current: &Schema) -> Result<Schema> {
        let columns = || Ok::<_, Error>(columns_under_new_names(&columns_of(current), &self.hints(source)?));
        let built = match source {
            Source::Models => self.models(&columns()?, Wanted::Schema)?,
            Source::Live(url) => return self.live_schema(url),
            _ => self.other(source, Wanted::Schema)?,
        };
        Ok(built.schema)
    }

    /// Replays migrations. The database then has their objects, and not the canonical form of those.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn migrations(&self, migrations: &Migrations) -> Result<Built> {
        let built = self.replayed(migrations, Wanted::Database).and_then(Build::whole);
        built.map_err(|error| self.explained(error))
    }

    /// The renames of a source.
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

    /// Builds every source but models and live databases.
    fn other(&self, source: &Source, wanted: Wanted) -> Result<Build> {
        match source {
            Source::Migrations(directory, up_to) => self.replayed(&migrations(directory, *up_to)?, wanted),
            Source::File(path) => self.file(path, wanted),
            _ => self.kept(&[], wanted, &[], |_| Ok(())),
        }
    }

    fn replayed(&self, migrations: &Migrations, wanted: Wanted) -> Result<Build> {
        let inputs = self.inputs_of_migrations(migrations);
        self.kept(&inputs, wanted, &[], |session| {
            migrations.iter().try_for_each(|file| session.migration(file))
        })
    }

    fn inputs_of_migrations(&self, migrations: &Migrations) -> Vec<String> {
        let path = format!("search_path {}", self.scratch.search_path());
        let files = migrations.iter().map(|file| format!("V{} {}", file.version, file.sha256()));
        [path].into_iter().chain(files).collect()
    }

    /// Are migrations and models known to build the same, by the results of earlier runs? This builds nothing, and
    /// reads no schema.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn are_known_to_be_alike(&self, migrations: &Migrations) -> Result<bool> {
        if !self.scratch.keeps() {
            return Ok(false);
        }
        let outline = |inputs: &[String]| cache::outline(self.scratch, &self.key(inputs)?);
        let Some(current) = outline(&self.inputs_of_migrations(migrations))? else { return Ok(false) };
        let columns = columns_under_new_names(&current.columns, &self.hints(&Source::Models)?);
        let wanted = outline(&self.model_files(&columns)?.inputs())?;
        Ok(wanted.is_some_and(|wanted| wanted.digest == current.digest))
    }

    fn file(&self, path: &Path, wanted: Wanted) -> Result<Build> {
        let name = path.display().to_string();
        let text = read(path)?;
        let inputs = [text.clone()];
        self.kept(&inputs, wanted, &[], |session| session.file(&name, &text))
    }

    fn live(&self, url: &str) -> Result<Built> {
        let Live { schema, versions, .. } = self.read(url)?;
        let database = database_of(self.scratch, &schema)?;
        Ok(Built { schema: with_versions(schema, versions), database })
    }

    fn live_schema(&self, url: &str) -> Result<Schema> {
        self.read(url).map(|Live { schema, versions, .. }| with_versions(schema, versions))
    }

    fn read(&self, url: &str) -> Result<Live> {
        let live = self.known_here(Live::read(url, self.scope)?)?;
        Ok(Live { schema: self.canonical_of_live(live.schema, live.version)?, ..live })
    }

    fn canonical_of_live(&self, schema: Schema, version: u32) -> Result<Schema> {
        let of_one_version = version / 10_000 == self.scratch.version() / 10_000;
        canonical_of(self.scratch, schema, self.scope, of_one_version)
    }

    /// The same without versions that the scratch server has no script for.
    fn known_here(&self, mut live: Live) -> Result<Live> {
        live.versions = self.take_unknown_versions(&mut live.schema)?;
        Ok(live)
    }

    /// Builds two live databases, as far as they differ.
    ///
    /// # Errors
    /// As of [`Sources::build`].
    pub fn compare(&self, from: Live, to: Live) -> Result<Compared> {
        self.compared(from, to).map_err(|error| self.explained(error))
    }

    fn compared(&self, from: Live, to: Live) -> Result<Compared> {
        let (from, to) = (self.known_here(from)?, self.known_here(to)?);
        let parts = differing(&from.schema, &to.schema);
        let [current, wanted] = parts.unwrap_or_else(|| [from.schema, to.schema.clone()]);
        let current = self.canonical_of_live(current, from.version)?;
        let wanted = self.canonical_of_live(wanted, to.version)?;
        let database = database_of(self.scratch, &current)?;
        let current = Built { schema: with_versions(current, from.versions), database };
        let (wanted, whole) =
            (with_versions(wanted, to.versions.clone()), with_versions(to.schema, to.versions));
        Ok(Compared { current, wanted, whole })
    }

    /// The versions of extensions without a script on the scratch server, which uses its own version instead.
    fn take_unknown_versions(&self, schema: &mut Schema) -> Result<BTreeMap<String, String>> {
        let others = schema.extensions.iter_mut().filter(|(_, extension)| !extension.is_default);
        let mut versions = BTreeMap::new();
        for (name, extension) in others {
            if !self.scratch.offers(name, Some(&extension.version))? {
                extension.is_default = true;
                versions.insert(name.clone(), extension.version.clone());
            }
        }
        Ok(versions)
    }

    fn key(&self, inputs: &[String]) -> Result<Key> {
        let scope = format!("{:?}", self.scope);
        let base = self.scratch.base().map(|base| base.text.as_str()).unwrap_or_default();
        let inputs = [scope.as_str(), base].into_iter().chain(inputs.iter().map(String::as_str));
        Key::new(self.scratch, &inputs.map(str::as_bytes).collect::<Vec<_>>())
    }

    /// Builds a schema with `fill`, or takes the kept result of the same `inputs`. `order` is that of the tables in the
    /// text from which the canonical form is read, and does not change the result.
    fn kept(
        &self,
        inputs: &[String],
        wanted: Wanted,
        order: &[Name],
        fill: impl Fn(&mut Session<'_>) -> Result<()>,
    ) -> Result<Build> {
        if !self.scratch.keeps() {
            return self.built(order, fill);
        }
        let key = self.key(inputs)?;
        if let Some(Kept { schema, database }) = cache::recall(self.scratch, &key)?
            && (database.is_some() || wanted == Wanted::Schema)
        {
            return Ok(Build { schema, database });
        }
        let built = match self.built(order, &fill) {
            Err(error) if is_of_other_replays(&error) && cache::forget(self.scratch)? => {
                self.built(order, &fill)
            }
            built => built,
        }?;
        let database = built.database.filter(|_| wanted == Wanted::Database);
        let database = cache::remember(self.scratch, &key, &built.schema, database)?;
        Ok(Build { schema: built.schema, database })
    }

    fn built(&self, order: &[Name], fill: impl Fn(&mut Session<'_>) -> Result<()>) -> Result<Build> {
        let database = self.scratch.database()?;
        let mut session = Session::open(self.scratch, &database)?;
        fill(&mut session)?;
        let found = inspect(&mut session.client, self.scope)?;
        drop(session);
        let schema = canonical_in_order(self.scratch, found, order, self.scope)?;
        Ok(Build { schema, database: Some(database) })
    }

    /// `columns`: those that tables have already, under their new names.
    fn model_files(&self, columns: &Columns) -> Result<ModelFiles> {
        Ok(ModelFiles {
            before: sql_files(self.schema_dir, "before")?,
            statements: declared::build(self.declared()?, columns)?,
            after: sql_files(self.schema_dir, "after")?,
        })
    }

    fn models(&self, columns: &Columns, wanted: Wanted) -> Result<Build> {
        let files = self.model_files(columns)?;
        let inputs = files.inputs();
        let ModelFiles { before, statements, after } = files;
        // The plan of a new project has the tables in this order, and is proven where this very text was run.
        let order = order_of(self.declared()?);
        self.kept(&inputs, wanted, &order, |session| {
            let run_all = |session: &mut Session<'_>, files: &[(String, String)]| {
                files.iter().try_for_each(|(name, text)| session.file(name, text))
            };
            run_all(session, &before)?;
            for statement in &statements {
                session.client.batch_execute(&statement.sql).map_err(|error| {
                    Error::usage(format!("Postgres does not accept what {} declares", statement.model))
                        .because(error)
                        .help(format!("the statement was: {}", statement.sql))
                })?;
            }
            run_all(session, &after)
        })
    }
}

/// What builds the models: files, statements of the models, files.
struct ModelFiles {
    before: Vec<(String, String)>,
    statements: Vec<declared::Statement>,
    after: Vec<(String, String)>,
}

impl ModelFiles {
    /// All texts, in order.
    fn inputs(&self) -> Vec<String> {
        let texts = |files: &[(String, String)]| -> Vec<String> {
            files.iter().map(|(_, text)| text.clone()).collect()
        };
        [
            texts(&self.before),
            // A separator between files before and after that no statement can be.
            vec!["models".to_owned()],
            self.statements.iter().map(|statement| statement.sql.clone()).collect(),
            vec!["after".to_owned()],
            texts(&self.after),
        ]
        .concat()
    }
}

/// The tables of models, in their order: new tables take it where their references leave it free.
pub fn order_of(models: &[&'static Declared]) -> Vec<Name> {
    models.iter().map(|model| declared::table_name(model)).collect()
}

/// The migrations of a directory, up to a version if one is given. A directory that does not exist has none.
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

fn read(path: &Path) -> Result<String> {
    text_file::read_with_lf(path)
}

/// The renames that models declare.
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

/// The columns of each table, in order, under the names that models give them.
fn columns_under_new_names(current: &Columns, hints: &Hints) -> Columns {
    let table_of = |old: &Name| {
        let renamed = hints.tables.iter().find(|(from, to)| from == old && !current.contains_key(to));
        renamed.map_or(old, |(_, to)| to).clone()
    };
    let tables = current.iter().map(|(table, columns)| {
        let new_table = table_of(table);
        let column_of = |old: &String| {
            let renamed = hints
                .columns
                .iter()
                .find(|(of, from, to)| *of == new_table && from == old && !columns.contains(to));
            renamed.map_or(old, |(_, _, to)| to).clone()
        };
        let columns = columns.iter().map(column_of).collect();
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
        for live in
            ["postgres://u@h/d", "postgresql://h/d.sql", "host=h dbname=d.sql", "dbname='a b'", "service=x"]
        {
            assert_eq!(parse(live).unwrap(), Source::Live(live.into()));
        }
        for mistyped in [
            "POSTGRES://u:s3cret@h/d",
            "'postgres://u:s3cret@h/x.sql",
            "hots=h password=s3cret",
            "u:s3cret@h",
        ] {
            let error = parse(mistyped).unwrap_err();
            assert!(error.is_usage() && !format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
        assert!(!format!("{:?}", parse("postgres://u:s3cret@h/d")).contains("s3cret"));
        assert!(parse("nonsense").unwrap_err().is_usage());
        assert!(parse("migrations@x").unwrap_err().is_usage());
    }
}
