//! The directory of migrations: file names, headers, versions, parents, checksums.
//!
//! ```text
//! -- Adds image_generations.prompt_hash.
//! -- lock: AccessExclusiveLock on image_generations (blocks reads and writes)
//! -- parent: V6 sha256:0f343b0931126a20f133d67c2b018a3b1f4b…
//! -- part 2 of 3
//! -- feedstock: no-transaction
//! -- feedstock: allow drop-column:image_generations.size (unused since May)
//! CREATE INDEX CONCURRENTLY …
//! ```
//!
//! `-- feedstock: backfill` replaces `no-transaction` if the one statement is a `DO` block or a `CALL` that commits in
//! batches and takes only rows that still need it: it states that the statement can be run again from its start, which
//! is what happens after a crash.
//!
//! `-- feedstock: isolation serializable` (or `repeatable-read`, `read-committed`) sets the isolation level of the
//! file's transaction; so does a `SET TRANSACTION ISOLATION LEVEL` before the first query. A `BEGIN` and a `COMMIT`
//! around the whole file are accepted and not sent, since the file runs in one transaction anyway.
//!
//! Every error that can be found without a database is an error of [`Migrations::read`], all of them at once, so that
//! it is reported before anything runs. refinery itself skips files whose names it does not understand.

#[cfg(feature = "cli")]
pub(crate) mod branches;
mod directory;
mod header;
mod transaction;
pub(crate) mod write;
mod wrong;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::Path;

use sha2::{Digest, Sha256};
use siphasher::sip::SipHasher13;

use directory::sql_files;
use transaction::Body;
use wrong::{Wrong, none_or_all};

pub use header::{Allow, Header, Parent, Part};
pub use transaction::Isolation;

use crate::sql::{self, OneStatement, Statement};
use crate::text_file::{self, BYTE_ORDER_MARK, with_lf};
use crate::{Error, Result};

/// The migrations of one directory, in the order of their versions; each version once.
#[derive(Debug, Clone, Default)]
pub struct Migrations {
    list: Vec<Migration>,
}

/// One migration file.
#[derive(Debug, Clone)]
pub struct Migration {
    /// The version: `V7__add_prompt_hash.sql` is 7.
    pub version: i64,
    /// The name: `V7__add_prompt_hash.sql` is `add_prompt_hash`.
    pub name: String,
    /// The file as messages name it.
    pub file: String,
    /// The text with LF line ends, without a byte order mark.
    pub sql: String,
    /// The comments at the top.
    pub header: Header,
    /// The isolation level of its transaction, if a directive or a statement of the file sets it.
    pub isolation: Option<Isolation>,
    /// The bytes on disk; older histories have refinery's checksum of those.
    original: String,
}

impl Migrations {
    /// Reads the `V<version>__<name>.sql` files of a directory.
    ///
    /// A file that does not end in `.sql` is ignored (such as backups of editors: `V7__a.sql~`, `V7__a.sql.orig`), and
    /// so are names that begin with `.` or `#`. Every other name that ends in `.sql`, in letters of either case, must
    /// be that of a migration.
    ///
    /// # Errors
    ///
    /// All at once: a `*.sql` file with any other name (`v7__a.sql`, `V7_a.sql`, `V7__a.SQL`); a directory, a pipe or a
    /// socket with such a name; SQL files in subdirectories (refinery would run them, most people would not expect it);
    /// a file that is not UTF-8; and every error of [`Migrations::from_files`]. Or the directory cannot be read.
    pub fn read(dir: impl AsRef<Path>) -> Result<Self> {
        let (paths, mut wrong) = sql_files(dir.as_ref())?;
        let mut files = Vec::new();
        for path in paths {
            match text_file::read(&path) {
                Ok(text) => files.push((path.display().to_string(), text)),
                Err(error) => wrong.push(Wrong::new(&path, error)),
            }
        }
        Self::checked(files, wrong)
    }

    /// Migrations from pairs of a file name, with or without a path, and a text.
    ///
    /// # Errors
    ///
    /// All at once: misnamed files and duplicate versions; an unknown directive, or one below the header; a change of
    /// several parts without its first part; `BEGIN`, `COMMIT` and the like within a file; a statement that cannot run
    /// in a transaction in a file without `no-transaction`; and a `no-transaction` file with anything but one statement
    /// whose result the runner can find in the catalog after a crash.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        Self::checked(files, Vec::new())
    }

    fn checked(files: impl IntoIterator<Item = (String, String)>, mut wrong: Vec<Wrong>) -> Result<Self> {
        let mut by_version: BTreeMap<i64, Migration> = BTreeMap::new();
        for (file, text) in files {
            let migration = match Migration::parse(file, text) {
                Ok(migration) => migration,
                Err(errors) => {
                    wrong.extend(errors);
                    continue;
                }
            };
            if let Some(other) = by_version.get(&migration.version) {
                let (one, two) = (&other.file, &migration.file);
                let error = Error::file(format!("{one} and {two} are both version {}", migration.version))
                    .help(
                        "`rebase FILE` gives the one that no database has applied yet the next free version",
                    );
                wrong.push(Wrong::new(two, error));
                continue;
            }
            by_version.insert(migration.version, migration);
        }
        let migrations = Migrations { list: by_version.into_values().collect() };
        // A file that could not be read is not a missing part.
        if wrong.is_empty() {
            wrong = migrations.wrong_parts();
        }
        none_or_all(wrong)?;
        Ok(migrations)
    }

    /// These migrations, and files that are in no directory of migrations, whatever their names, as the next ones.
    ///
    /// # Errors
    ///
    /// As of [`Migrations::from_files`].
    #[cfg(feature = "cli")]
    pub(crate) fn with_loose(mut self, files: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut wrong = Vec::new();
        for (file, text) in files {
            let version = self.next_version();
            match Migration::parse_as(file, version, "file".to_owned(), text) {
                Ok(migration) => self.list.push(migration),
                Err(errors) => wrong.extend(errors),
            }
        }
        none_or_all(wrong)?;
        Ok(self)
    }

    /// The migrations in the order of their versions.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.list.iter()
    }

    /// The number of migrations.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Are there no migrations?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The migration with this version.
    pub fn get(&self, version: i64) -> Option<&Migration> {
        self.list.iter().find(|migration| migration.version == version)
    }

    /// The newest migration.
    pub fn last(&self) -> Option<&Migration> {
        self.list.last()
    }

    /// The next free version.
    pub fn next_version(&self) -> i64 {
        self.last().map_or(1, |last| last.version + 1)
    }

    /// The digits of versions in file names: as many as the last file has, four in a new directory.
    pub fn digits(&self) -> usize {
        let name = self.last().map(Migration::file_name);
        let version = name.as_deref().and_then(|name| name.strip_prefix('V')?.split_once("__"));
        version.map_or(4, |(digits, _)| digits.len())
    }

    /// The migrations up to a version, including it.
    #[must_use]
    pub fn up_to(&self, version: i64) -> Self {
        self.only(|migration| migration.version <= version)
    }

    /// Some of the migrations.
    pub(crate) fn only(&self, keep: impl Fn(&Migration) -> bool) -> Self {
        Migrations { list: self.iter().filter(|migration| keep(migration)).cloned().collect() }
    }

    /// Is the history linear? Where a file names its parent, it must be the file before it, unchanged.
    ///
    /// # Errors
    ///
    /// The first file whose parent is another one, or was edited since.
    pub fn verify_chain(&self) -> Result<()> {
        self.verify_parents(|_| true)
    }

    /// The same of these versions alone: those before them may be applied, and are history.
    ///
    /// # Errors
    ///
    /// As of [`Migrations::verify_chain`].
    pub(crate) fn verify_parents_of(&self, versions: &[i64]) -> Result<()> {
        self.verify_parents(|migration| versions.contains(&migration.version))
    }

    fn verify_parents(&self, which: impl Fn(&Migration) -> bool) -> Result<()> {
        let mut before: Option<&Migration> = None;
        for migration in &self.list {
            if let Some(parent) = migration.header.parent.as_ref().filter(|_| which(migration)) {
                migration.verify_parent(parent, before)?;
            }
            before = Some(migration);
        }
        Ok(())
    }

    /// Do the files that were written by `new` still have the statements that it wrote?
    ///
    /// # Errors
    ///
    /// The first file whose statements were edited.
    pub fn verify_statements(&self) -> Result<()> {
        match self.list.iter().find(|migration| !migration.has_its_statements()) {
            None => Ok(()),
            Some(migration) => Err(Error::file(format!(
                "the statements of {} were edited after they were proven",
                migration.file
            ))
            .help(
                "restore them, and put the change into a new migration; or, if no database has applied the file, \
                 take the line `-- statements: sha256:…` out of it: it then counts as written by hand",
            )),
        }
    }

    /// After a crash while files were renamed into place, the first part is missing.
    fn wrong_parts(&self) -> Vec<Wrong> {
        let wrong = |migration: &Migration| {
            let error = self.check_part(migration).err()?;
            Some(Wrong::new(&migration.file, error))
        };
        self.list.iter().filter_map(wrong).collect()
    }

    fn check_part(&self, migration: &Migration) -> Result<()> {
        let Some(part) = migration.header.part else { return Ok(()) };
        let before = self.get(migration.version - 1).and_then(|before| before.header.part);
        let expected = Part { number: part.number.saturating_sub(1), of: part.of };
        if part.number == 0 || part.number > part.of {
            return Err(Error::file(format!("{} is part {} of {}", migration.file, part.number, part.of)));
        }
        if part.number > 1 && before != Some(expected) {
            return Err(Error::file(format!(
                "{} is part {} of {}, but part {} of {} is not version {}",
                migration.file,
                part.number,
                part.of,
                expected.number,
                part.of,
                migration.version - 1,
            ))
            .help(
                "the change was not written to its end: delete this file and those of the same change, then run \
                 `new` again",
            ));
        }
        Ok(())
    }
}

impl<'a> IntoIterator for &'a Migrations {
    type Item = &'a Migration;
    type IntoIter = std::slice::Iter<'a, Migration>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A migration with a text with LF line ends.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Migration {
    /// The statements to be run, with their places in the file: all but those that begin and end its transaction.
    ///
    /// # Errors
    ///
    /// None for a migration that was read, since that has split the text before.
    pub fn statements(&self) -> Result<Vec<Statement<'_>>> {
        Ok(self.body(sql::split(&self.file, &self.sql)?).statements)
    }

    fn body<'a>(&self, statements: Vec<Statement<'a>>) -> Body<'a> {
        if self.header.no_transaction {
            return Body { statements, isolation: None, wrong: Vec::new() };
        }
        Body::of(statements)
    }

    /// The checksum in the `parent` line of the next file: SHA-256 of the text with LF line ends.
    pub fn sha256(&self) -> String {
        sha256(&self.sql)
    }

    /// Do its statements still have the checksum of its header, if that has one?
    fn has_its_statements(&self) -> bool {
        self.header.statements().is_none_or(|sha256| sha256 == header::statements_sha256(&self.sql))
    }

    /// Did `new` write and prove it, and is it as it was written?
    #[cfg(feature = "cli")]
    pub(crate) fn is_proven(&self) -> bool {
        self.header.statements().is_some() && self.has_its_statements()
    }

    /// The parent line of the next file.
    pub fn as_parent(&self) -> Parent {
        Parent { version: self.version, sha256: self.sha256() }
    }

    /// The name without directory: `V7__add_prompt_hash.sql`.
    pub fn file_name(&self) -> String {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
    }

    /// refinery's own type, with its checksum of the LF text.
    pub(crate) fn to_refinery(&self) -> Result<refinery_core::Migration> {
        let stem = format!("V{}__{}", self.version, self.name);
        refinery_core::Migration::unapplied(&stem, &self.sql)
            .map_err(|error| Error::file(format!("refinery refuses the name {stem}")).because(error))
    }

    /// Is this a checksum that refinery computed for this file, now or earlier? Older histories have checksums of the
    /// bytes of a CRLF checkout, or of 32-bit versions.
    pub(crate) fn has_checksum(&self, checksum: u64) -> bool {
        let crlf = self.sql.replace('\n', "\r\n");
        let [marked, marked_crlf] = [&self.sql, &crlf].map(|text| format!("{BYTE_ORDER_MARK}{text}"));
        [&self.sql, &self.original, &crlf, &marked, &marked_crlf].into_iter().any(|text| {
            refinery_checksum(&self.name, self.version, text) == checksum
                || i32::try_from(self.version)
                    .is_ok_and(|version| refinery_checksum(&self.name, version, text) == checksum)
        })
    }

    fn parse(file: String, original: String) -> Result<Self, Vec<Wrong>> {
        let (version, name) = parse_file_name(&file).map_err(|error| vec![Wrong::new(&file, error)])?;
        Self::parse_as(file, version, name, original)
    }

    fn parse_as(file: String, version: i64, name: String, original: String) -> Result<Self, Vec<Wrong>> {
        let sql = with_lf(&original);
        let (header, mut errors) = Header::parse(&file, &sql);
        let isolation = header.isolation;
        let mut migration = Migration { version, name, file, sql, header, isolation, original };
        let (statements, unsplit) = sql::scan(&migration.file, &migration.sql);
        errors.extend(unsplit);
        let said = migration.check_statements(statements, &mut errors);
        if errors.is_empty() {
            migration.isolation = said;
            return Ok(migration);
        }
        errors.sort_by_key(|error| error.place().map(|place| (place.line, place.column)));
        Err(errors.into_iter().map(|error| Wrong::new(&migration.file, error)).collect())
    }

    /// Adds the errors of its statements, and returns the isolation level that they or the header ask for.
    fn check_statements(&self, statements: Vec<Statement<'_>>, errors: &mut Vec<Error>) -> Option<Isolation> {
        let Body { statements, isolation, wrong } = self.body(statements);
        let at =
            |error: Error, statement: &Statement<'_>| error.at(&self.file, statement.line, statement.column);
        errors.extend(wrong.into_iter().map(|(statement, error)| at(error, &statement)));
        errors.extend(statements.iter().filter_map(|statement| self.check_statement(statement).err()));
        if self.header.no_transaction {
            errors.extend(self.check_no_transaction(&statements).err());
        }
        if let (Some(said), Some(other)) = (self.header.isolation, isolation)
            && said != other
        {
            errors.push(
                Error::file(format!(
                    "{} sets the isolation level {said} at its top, and {other} below",
                    self.file
                ))
                .help("set it once"),
            );
        }
        isolation.or(self.header.isolation)
    }

    fn check_statement(&self, statement: &Statement<'_>) -> Result<()> {
        let at = |error: Error| error.at(&self.file, statement.line, statement.column);
        if let Some(command) = statement.transaction_control() {
            return Err(at(Error::file(format!("{command} is not allowed in a migration"))).help(
                "take it out: every file runs in one transaction, together with its row in the history (a BEGIN and \
                 a COMMIT around the whole file are passed over)",
            ));
        }
        if self.header.no_transaction {
            return Ok(());
        }
        let Some(command) = statement.outside_transaction() else { return Ok(()) };
        let error = at(Error::file(format!("{command} cannot run inside a transaction")));
        Err(match OneStatement::parse(statement.text) {
            Ok(_) => error.help(
                "put it into a file of its own that has the line `-- feedstock: no-transaction` at its top",
            ),
            Err(refusal) => error.help(format!("no migration can hold it: {}", refusal.message())),
        })
    }

    fn check_no_transaction(&self, statements: &[Statement<'_>]) -> Result<()> {
        let [statement] = statements else {
            return Err(Error::file(format!(
                "{} is a no-transaction file with {} statements; it must have exactly one",
                self.file,
                statements.len(),
            ))
            .help("one file a statement: after a crash nobody can know where a batch stopped"));
        };
        self.one_statement(statement)
            .map(drop)
            .map_err(|error| error.at(&self.file, statement.line, statement.column))
    }

    /// The one statement of a `no-transaction` file, parsed.
    ///
    /// # Errors
    ///
    /// None for a migration that was read.
    pub(crate) fn one_statement(&self, statement: &Statement<'_>) -> Result<OneStatement> {
        if self.header.backfill {
            OneStatement::parse_backfill(statement.text)
        } else {
            OneStatement::parse(statement.text)
        }
    }

    fn verify_parent(&self, parent: &Parent, before: Option<&Migration>) -> Result<()> {
        let Some(before) = before else {
            return Err(Error::file(format!(
                "{} follows V{}, whose file is missing",
                self.file, parent.version
            ))
            .help("restore the missing file; an applied migration is never deleted"));
        };
        if before.version != parent.version {
            return Err(Error::file(format!(
                "{} was proven on top of V{}, but V{} ({}) now comes before it",
                self.file, parent.version, before.version, before.file
            ))
            .help(format!(
                "two branches added migrations: `rebase {}` puts it behind all others, if both orders build the same",
                self.file_name()
            )));
        }
        let marked = || sha256(&format!("{BYTE_ORDER_MARK}{}", before.sql));
        if before.sha256() != parent.sha256 && marked() != parent.sha256 {
            return Err(Error::file(format!(
                "{} was proven on top of {}, which was edited since",
                self.file, before.file
            ))
            .help(
                "undo the edit, or, if nothing is applied yet, delete the later file and run `new` again",
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V{}__{}", self.version, self.name)
    }
}

/// The checksum of refinery 0.10: SipHash 1-3 over name, version and text.
fn refinery_checksum(name: &str, version: impl Hash, sql: &str) -> u64 {
    let mut hasher = SipHasher13::new();
    name.hash(&mut hasher);
    version.hash(&mut hasher);
    sql.hash(&mut hasher);
    hasher.finish()
}

/// The version and name of `V7__add_prompt_hash.sql`, with or without a path.
fn parse_file_name(file: &str) -> Result<(i64, String)> {
    let file_name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let misnamed = |help: &str| Error::file(format!("{file} is not named like a migration")).help(help);
    let named = "the name is V<version>__<name>.sql, where <version> is digits and <name> is letters, digits \
                 and underscores: V7__add_prompt_hash.sql";
    let stem = file_name.strip_suffix(".sql").ok_or_else(|| misnamed(named))?;
    if stem.starts_with('U') && stem.contains("__") {
        return Err(misnamed(
            "there is no unversioned migration here; give it a V: refinery's checksum stays the same",
        ));
    }
    let (version, name) =
        stem.strip_prefix('V').and_then(|rest| rest.split_once("__")).ok_or_else(|| misnamed(named))?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    let word = |char: char| char == '_' || char.is_alphanumeric();
    if !digits || name.is_empty() || !name.chars().all(word) {
        return Err(misnamed(named));
    }
    let version = version.parse().map_err(|_| misnamed("the version is greater than 9223372036854775807"))?;
    Ok((version, name.to_owned()))
}

/// Migrations compiled into a program by [`embed!`](crate::embed).
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    dir: &'static str,
    files: &'static [(&'static str, &'static str)],
    compare: bool,
}

impl Embedded {
    /// Called by the expansion of [`embed!`](crate::embed): the directory, the files' names and texts, and whether to
    /// compare with the directory at run time.
    #[doc(hidden)]
    pub const fn new(
        dir: &'static str,
        files: &'static [(&'static str, &'static str)],
        compare: bool,
    ) -> Self {
        Embedded { dir, files, compare }
    }

    /// A program that was not rebuilt would silently lack the newest file.
    fn compare_with_directory(&self) -> Result<()> {
        let dir = Path::new(self.dir);
        if !self.compare || !dir.is_dir() {
            return Ok(());
        }
        for path in sql_files(dir)?.0 {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !self.files.iter().any(|(embedded, _)| *embedded == name) {
                return Err(Error::file(format!("{} is not compiled into this program", path.display()))
                    .help(
                        "put `println!(\"cargo::rerun-if-changed=<the directory given to embed!>\");` into \
                         build.rs, and build again",
                    ));
            }
        }
        Ok(())
    }
}

/// A source of migrations: [`Migrations`] that were read, or [`Embedded`] ones.
pub trait ToMigrations {
    /// The migrations.
    ///
    /// # Errors
    ///
    /// As [`Migrations::from_files`]; in debug builds also a file in the directory that is not embedded.
    fn to_migrations(&self) -> Result<Cow<'_, Migrations>>;
}

impl ToMigrations for Migrations {
    fn to_migrations(&self) -> Result<Cow<'_, Migrations>> {
        Ok(Cow::Borrowed(self))
    }
}

impl ToMigrations for Embedded {
    fn to_migrations(&self) -> Result<Cow<'_, Migrations>> {
        self.compare_with_directory()?;
        let files = self.files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Migrations::from_files(files).map(Cow::Owned)
    }
}
