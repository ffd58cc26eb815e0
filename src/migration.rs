//! The directory of migrations: file names, headers, versions, parents, checksums.
//!
//! ```text
//! -- Adds image_generations.prompt_hash.
//! -- parent: V6 sha256:0f343b0931126a20f133d67c2b018a3b1f4b…
//! -- part 2 of 3
//! -- feedstock: no-transaction
//! -- feedstock: allow drop-column:image_generations.size (unused since May)
//! CREATE INDEX CONCURRENTLY …
//! ```
//!
//! Everything that can be wrong without a database is an error of [`Migrations::read`], so that nothing has run
//! when it is said. refinery's own reading skips what it does not understand.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use siphasher::sip::SipHasher13;

use crate::sql::{self, OneStatement, Statement};
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
    /// The text, line ends normalised to LF.
    pub sql: String,
    /// What the comments at the top say.
    pub header: Header,
    /// The file as it lies on disk; refinery's checksum was once made of that.
    original: String,
}

/// What the comments at the top of a migration say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Header {
    /// What the file was made from, and whatever else people wrote there.
    pub notes: Vec<String>,
    /// The migration that this one was proven on top of.
    pub parent: Option<Parent>,
    /// Which part of a change that takes several files.
    pub part: Option<Part>,
    /// The one statement of this file runs outside a transaction.
    pub no_transaction: bool,
    /// The hazards that were acknowledged.
    pub allows: Vec<Allow>,
}

/// `-- parent: V6 sha256:…`: of the parent's bytes with LF line ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The parent's version.
    pub version: i64,
    /// 64 hexadecimal digits, in lower case.
    pub sha256: String,
}

/// `-- part 2 of 3`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Which one, from 1.
    pub number: u32,
    /// How many files the change takes.
    pub of: u32,
}

/// `-- feedstock: allow RULE:object (reason)`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The rule, as in `--allow RULE:object`.
    pub rule: String,
    /// What it is allowed on.
    pub object: String,
    /// Why.
    pub reason: Option<String>,
}

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The version.
    pub version: i64,
    /// The name: letters, digits and underscores.
    pub name: String,
    /// What the comments at the top say.
    pub header: Header,
    /// The statements.
    pub sql: String,
}

impl Migrations {
    /// Reads the `V<version>__<name>.sql` files of a directory.
    ///
    /// Editor backups and whatever else does not end in `.sql` is left alone, as are names that begin with a dot.
    ///
    /// # Errors
    ///
    /// A directory that is not there; a `*.sql` file with any other name; SQL files in subdirectories (refinery
    /// would run them, most people would not expect it); two files of one version; and whatever
    /// [`Migrations::from_files`] refuses.
    pub fn read(dir: impl AsRef<Path>) -> Result<Self> {
        let dir = dir.as_ref();
        let mut files = Vec::new();
        for path in sql_files(dir)? {
            let text = fs::read_to_string(&path).map_err(|error| {
                Error::file(format!("{} cannot be read", path.display()))
                    .because(error)
                    .help("a migration is UTF-8 text")
            })?;
            files.push((path.display().to_string(), text));
        }
        Self::from_files(files)
    }

    /// Migrations from pairs of a file name, which a path may precede, and a text.
    ///
    /// # Errors
    ///
    /// Misnamed files and duplicate versions; an unknown directive, or one that is not at the top; a change of
    /// several parts that begins in its middle; `BEGIN`, `COMMIT` and the like; a statement that no transaction
    /// may hold in a file without `no-transaction`; and a `no-transaction` file with anything but one statement
    /// that the runner can look for in the catalog after a crash.
    pub fn from_files(files: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut by_version: BTreeMap<i64, Migration> = BTreeMap::new();
        for (file, text) in files {
            let migration = Migration::parse(file, text)?;
            if let Some(other) = by_version.get(&migration.version) {
                let (one, two) = (&other.file, &migration.file);
                return Err(Error::file(format!("{one} and {two} are both version {}", migration.version))
                    .help("give the one that no database has applied yet the next free version"));
            }
            by_version.insert(migration.version, migration);
        }
        let migrations = Migrations { list: by_version.into_values().collect() };
        migrations.check_parts()?;
        Ok(migrations)
    }

    /// The migrations in the order of their versions.
    pub fn iter(&self) -> std::slice::Iter<'_, Migration> {
        self.list.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The one of a version.
    pub fn get(&self, version: i64) -> Option<&Migration> {
        self.list.iter().find(|migration| migration.version == version)
    }

    /// The newest.
    pub fn last(&self) -> Option<&Migration> {
        self.list.last()
    }

    /// The next free version.
    pub fn next_version(&self) -> i64 {
        self.last().map_or(1, |last| last.version + 1)
    }

    /// Those up to a version, that one included.
    #[must_use]
    pub fn up_to(&self, version: i64) -> Self {
        Migrations { list: self.iter().filter(|migration| migration.version <= version).cloned().collect() }
    }

    /// Is the history linear? Where a file names its parent, it must be the file before it, unchanged.
    ///
    /// # Errors
    ///
    /// The first file whose parent is another one, or was edited since.
    pub fn verify_chain(&self) -> Result<()> {
        let mut before: Option<&Migration> = None;
        for migration in &self.list {
            if let Some(parent) = &migration.header.parent {
                migration.verify_parent(parent, before)?;
            }
            before = Some(migration);
        }
        Ok(())
    }

    /// A crash while files were renamed into place leaves the later parts without the first.
    fn check_parts(&self) -> Result<()> {
        for migration in &self.list {
            let Some(part) = migration.header.part else { continue };
            let before = self.get(migration.version - 1).and_then(|before| before.header.part);
            let expected = Part { number: part.number.saturating_sub(1), of: part.of };
            if part.number == 0 || part.number > part.of {
                return Err(Error::file(format!(
                    "{} is part {} of {}",
                    migration.file, part.number, part.of
                )));
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
                    "the change was not written to its end: delete this file and those of the same change, \
                     then run `new` again",
                ));
            }
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

impl Migration {
    /// The statements with their places in the file.
    ///
    /// # Errors
    ///
    /// None for a migration that was read: the reading has split it once.
    pub fn statements(&self) -> Result<Vec<Statement<'_>>> {
        sql::split(&self.file, &self.sql)
    }

    /// The checksum that a child's `parent` line carries: SHA-256 of the text with LF line ends.
    pub fn sha256(&self) -> String {
        Sha256::digest(self.sql.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The name without directory: `V7__add_prompt_hash.sql`.
    pub fn file_name(&self) -> String {
        self.file.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
    }

    /// What refinery makes of it; its own checksum is that of the LF text.
    pub(crate) fn to_refinery(&self) -> Result<refinery_core::Migration> {
        let stem = format!("V{}__{}", self.version, self.name);
        refinery_core::Migration::unapplied(&stem, &self.sql)
            .map_err(|error| Error::file(format!("refinery refuses the name {stem}")).because(error))
    }

    /// Is this a checksum that refinery wrote for this file, now or in another time? Older histories hashed the
    /// bytes of a CRLF checkout, and 32-bit versions.
    pub(crate) fn has_checksum(&self, checksum: u64) -> bool {
        let crlf = self.sql.replace('\n', "\r\n");
        [&self.sql, &self.original, &crlf].into_iter().any(|text| {
            refinery_checksum(&self.name, self.version, text) == checksum
                || i32::try_from(self.version)
                    .is_ok_and(|version| refinery_checksum(&self.name, version, text) == checksum)
        })
    }

    fn parse(file: String, original: String) -> Result<Self> {
        let (version, name) = parse_file_name(&file)?;
        let sql = original.replace("\r\n", "\n");
        let header = Header::parse(&file, &sql)?;
        let migration = Migration { version, name, file, sql, header, original };
        migration.check_statements()?;
        Ok(migration)
    }

    fn check_statements(&self) -> Result<()> {
        let statements = self.statements()?;
        for statement in &statements {
            self.check_statement(statement)?;
        }
        if self.header.no_transaction {
            self.check_no_transaction(&statements)?;
        }
        Ok(())
    }

    fn check_statement(&self, statement: &Statement<'_>) -> Result<()> {
        let at = |error: Error| error.at(&self.file, statement.line, statement.column);
        if let Some(command) = statement.transaction_control() {
            return Err(at(Error::file(format!("{command} has no place in a migration"))).help(
                "take it out: every file runs in one transaction, together with its row in the history",
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
        OneStatement::parse(statement.text)
            .map(drop)
            .map_err(|error| error.at(&self.file, statement.line, statement.column))
    }

    fn verify_parent(&self, parent: &Parent, before: Option<&Migration>) -> Result<()> {
        let Some(before) = before else {
            return Err(Error::file(format!(
                "{} follows V{}, which is not there",
                self.file, parent.version
            ))
            .help("restore the missing file; an applied migration is never deleted"));
        };
        if before.version != parent.version {
            return Err(Error::file(format!(
                "{} was proven on top of V{}, but V{} ({}) now comes before it",
                self.file, parent.version, before.version, before.file
            ))
            .help("two branches added migrations: delete the one that is not applied anywhere, then run `new` again"));
        }
        if before.sha256() != parent.sha256 {
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

/// The version and name of `V7__add_prompt_hash.sql`, which a path may precede.
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

/// The `*.sql` files of a directory, sorted; see [`Migrations::read`] for what is refused.
fn sql_files(dir: &Path) -> Result<Vec<PathBuf>> {
    let unreadable =
        |error: std::io::Error| Error::file(format!("{} cannot be read", dir.display())).because(error);
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name.starts_with('#') {
            continue;
        }
        if path.is_dir() {
            refuse_nested(&path)?;
        } else if name.to_lowercase().ends_with(".sql") {
            files.push(path);
        } else if name.ends_with(".rs") && parse_file_name(&name.replace(".rs", ".sql")).is_ok() {
            return Err(Error::file(format!("{} is a migration in Rust", path.display()))
                .help("write it as SQL: a migration that can be proven is text"));
        }
    }
    files.sort();
    Ok(files)
}

fn refuse_nested(dir: &Path) -> Result<()> {
    let Ok(entries) = fs::read_dir(dir) else { return Ok(()) };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().to_lowercase().ends_with(".sql") {
            return Err(Error::file(format!("{} lies in a subdirectory", entry.path().display()))
                .help("move it up: the migrations of a project are one directory"));
        }
    }
    Ok(())
}

impl Header {
    /// The comment lines, each with a line end; empty when there is nothing to say.
    pub fn render(&self) -> String {
        let mut lines: Vec<String> = self.notes.iter().map(|note| format!("-- {note}")).collect();
        if let Some(Parent { version, sha256 }) = &self.parent {
            lines.push(format!("-- parent: V{version} sha256:{sha256}"));
        }
        if let Some(Part { number, of }) = self.part {
            lines.push(format!("-- part {number} of {of}"));
        }
        if self.no_transaction {
            lines.push("-- feedstock: no-transaction".to_owned());
        }
        lines.extend(self.allows.iter().map(|allow| format!("-- feedstock: allow {allow}")));
        lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The header ends at the first line that is neither blank nor a `--` comment.
    fn parse(file: &str, sql: &str) -> Result<Self> {
        let mut header = Header::default();
        let text = sql.strip_prefix('\u{feff}').unwrap_or(sql);
        let is_header = |line: &str| line.trim().is_empty() || line.trim_start().starts_with("--");
        let length = text.lines().take_while(|line| is_header(line)).count();
        for (index, line) in text.lines().take(length).enumerate() {
            let comment = line.trim_start().trim_start_matches('-').trim();
            let column = line.chars().take_while(|char| char.is_whitespace()).count() + 1;
            header.take(comment).map_err(|error| error.at(file, index + 1, column))?;
        }
        refuse_late_directives(file, text, length)?;
        Ok(header)
    }

    fn take(&mut self, comment: &str) -> Result<()> {
        if let Some(directive) = comment.strip_prefix("feedstock:") {
            return self.take_directive(directive.trim());
        }
        if let Some(parent) = comment.strip_prefix("parent:") {
            self.parent = Some(Parent::parse(parent.trim())?);
        } else if let Some(part) = comment.strip_prefix("part ").and_then(Part::parse) {
            self.part = Some(part);
        } else if !comment.is_empty() {
            self.notes.push(comment.to_owned());
        }
        Ok(())
    }

    fn take_directive(&mut self, directive: &str) -> Result<()> {
        match directive.split_once(' ').unwrap_or((directive, "")) {
            ("no-transaction", "") => self.no_transaction = true,
            ("allow", what) => self.allows.push(Allow::parse(what.trim())?),
            _ => {
                return Err(Error::file(format!("`feedstock: {directive}` is not a directive"))
                    .help("the directives are `no-transaction` and `allow RULE:object (reason)`"));
            }
        }
        Ok(())
    }
}

/// A directive that stands further down would be passed over in silence.
fn refuse_late_directives(file: &str, text: &str, header: usize) -> Result<()> {
    for (comment, line, column) in sql::line_comments(text) {
        let directive = comment.trim_start_matches('-').trim();
        if line > header && directive.starts_with("feedstock:") {
            return Err(Error::file(format!("`{directive}` stands below the first statement"))
                .at(file, line, column)
                .help("directives belong to the comment lines at the very top of the file"));
        }
    }
    Ok(())
}

impl Parent {
    fn parse(text: &str) -> Result<Self> {
        let parsed = text.split_once(" sha256:").and_then(|(version, sha256)| {
            let version = version.trim().strip_prefix('V')?.parse().ok()?;
            let hex = sha256.len() == 64 && sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
            hex.then(|| Parent { version, sha256: sha256.to_lowercase() })
        });
        parsed.ok_or_else(|| {
            Error::file(format!("`parent: {text}` is not a parent"))
                .help("the form is `parent: V6 sha256:` and 64 hexadecimal digits")
        })
    }
}

impl Part {
    /// `2 of 3`; anything else is a note that happens to begin with "part".
    fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once(" of ")?;
        Some(Part { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? })
    }
}

impl Allow {
    /// `drop-column:image_generations.size (unused since May)`, as after `--allow`.
    ///
    /// # Errors
    ///
    /// Anything that has not the form `RULE:object`, with an optional reason in parentheses.
    pub fn parse(text: &str) -> Result<Self> {
        let (what, reason) = match text.split_once(" (") {
            Some((what, reason)) => (what, reason.strip_suffix(')').map(str::to_owned)),
            None => (text, None),
        };
        let closed = reason.is_some() || !text.contains(" (");
        match what.trim().split_once(':') {
            Some((rule, object)) if closed && !rule.is_empty() && !object.is_empty() => {
                Ok(Allow { rule: rule.to_owned(), object: object.to_owned(), reason })
            }
            _ => Err(Error::file(format!("`allow {text}` does not say what is allowed"))
                .help("the form is `allow RULE:object (reason)`: allow drop-column:image_generations.size")),
        }
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.rule, self.object)?;
        self.reason.as_ref().map_or(Ok(()), |reason| write!(f, " ({reason})"))
    }
}

impl NewFile {
    /// `V7__add_prompt_hash.sql`
    pub fn file_name(&self) -> String {
        format!("V{}__{}.sql", self.version, self.name)
    }

    /// Header and statements.
    pub fn text(&self) -> String {
        let header = self.header.render();
        let blank = if header.is_empty() { "" } else { "\n" };
        format!("{header}{blank}{}\n", self.sql.trim())
    }
}

/// Writes the files of one change, and returns their paths in order.
///
/// Every file is complete and on disk before the first one gets its name, and the last part gets its name first:
/// a crash leaves an error of [`Migrations::read`], never a valid half of a change.
///
/// # Errors
///
/// A file that is there already, or whose version another file has, is not overwritten; and whatever
/// [`Migrations::from_files`] would refuse of the new files is not written.
pub fn write(dir: impl AsRef<Path>, files: &[NewFile]) -> Result<Vec<PathBuf>> {
    let dir = dir.as_ref();
    let failed =
        |error: std::io::Error| Error::file(format!("{} cannot be written to", dir.display())).because(error);
    fs::create_dir_all(dir).map_err(failed)?;
    refuse_taken_versions(dir, files)?;
    let mut drafts = Vec::new();
    for file in files {
        drafts.push(Draft::write(dir, &file.file_name(), &file.text()).map_err(failed)?);
    }
    for draft in drafts.iter().rev() {
        draft.put_into_place().map_err(|error| {
            Error::file(format!("{} cannot be written", draft.path.display()))
                .because(error)
                .help("a migration is never overwritten")
        })?;
    }
    fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
    Ok(drafts.iter().map(|draft| draft.path.clone()).collect())
}

/// Reads the directory as it would be with the new files in it: whatever is wrong is said before they are written.
fn refuse_taken_versions(dir: &Path, files: &[NewFile]) -> Result<()> {
    let mut all = Vec::new();
    for path in sql_files(dir)? {
        let text = fs::read_to_string(&path)
            .map_err(|error| Error::file(format!("{} cannot be read", path.display())).because(error))?;
        all.push((path.display().to_string(), text));
    }
    all.extend(files.iter().map(|file| (dir.join(file.file_name()).display().to_string(), file.text())));
    Migrations::from_files(all).map(drop)
}

/// A file that has its text but not its name; it goes when it is dropped.
struct Draft {
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    fn write(dir: &Path, name: &str, text: &str) -> std::io::Result<Self> {
        let draft =
            Draft { draft: dir.join(format!(".{name}.{}", std::process::id())), path: dir.join(name) };
        let mut file = fs::File::create(&draft.draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(draft)
    }

    /// A hard link, unlike a rename, refuses to replace a file.
    fn put_into_place(&self) -> std::io::Result<()> {
        match fs::hard_link(&self.draft, &self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(error),
            // A file system without links; nobody else can have the name but in the moment between.
            Err(_) if !self.path.exists() => fs::rename(&self.draft, &self.path),
            result => result,
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Renamed away or not: either way there is nothing left to do.
        let _ = fs::remove_file(&self.draft);
    }
}

/// Migrations that are compiled into a program: what [`embed!`](crate::embed) makes.
#[derive(Debug, Clone, Copy)]
pub struct Embedded {
    dir: &'static str,
    files: &'static [(&'static str, &'static str)],
    compare: bool,
}

impl Embedded {
    /// For the expansion of [`embed!`](crate::embed): the directory, the files' names and texts, and whether to
    /// compare with the directory at run time.
    #[doc(hidden)]
    pub const fn new(
        dir: &'static str,
        files: &'static [(&'static str, &'static str)],
        compare: bool,
    ) -> Self {
        Embedded { dir, files, compare }
    }

    /// A program that was not rebuilt would go without the newest file and say nothing.
    fn compare_with_directory(&self) -> Result<()> {
        let dir = Path::new(self.dir);
        if !self.compare || !dir.is_dir() {
            return Ok(());
        }
        for path in sql_files(dir)? {
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

/// Where migrations come from: [`Migrations`] that were read, or [`Embedded`] ones.
pub trait ToMigrations {
    /// The migrations.
    ///
    /// # Errors
    ///
    /// As [`Migrations::from_files`]; in debug builds also a file of the directory that is not embedded.
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
