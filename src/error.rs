//! One error for everything that Feedstock does.
//!
//! A message says what happened, where, and what to do about it. Callers that must tell one failure from
//! another ask its predicates.

use std::fmt;

/// What went wrong, where, and what to do.
///
/// `Display` gives the message, the place, the cause and the help, each on a line of its own where there is one.
pub struct Error(Box<Inner>);

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

struct Inner {
    kind: Kind,
    message: String,
    place: Option<Place>,
    help: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
    parts: Vec<Error>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Usage,
    Refused,
    Database,
    File,
    Decode,
    NotFound,
    TooMany,
    Restricted,
    Taken,
    Stale,
    ParentDeleted,
    Interrupted,
}

/// A place in a file: lines and columns count from 1, columns in characters.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Place {
    /// The file as it was named to us.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Error {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            place: None,
            help: None,
            source: None,
            parts: Vec::new(),
        }))
    }

    /// The call itself is wrong: exit status 2.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// A plan that is not carried out (destructive, unproven, unsupported): exit status 3.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// The database failed or disagreed: exit status 4.
    pub fn database(message: impl Into<String>) -> Self {
        Self::new(Kind::Database, message)
    }

    /// A file could not be read, written or believed: exit status 4.
    pub fn file(message: impl Into<String>) -> Self {
        Self::new(Kind::File, message)
    }

    /// A row did not have the shape that was asked for.
    pub fn decode(message: impl Into<String>) -> Self {
        Self::new(Kind::Decode, message)
    }

    /// The one row that was asked for is not there.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, message)
    }

    /// There are more rows than the one that was asked for.
    pub fn too_many(message: impl Into<String>) -> Self {
        Self::new(Kind::TooMany, message)
    }

    /// Rows that refer to a row keep it from being deleted.
    pub fn restricted(message: impl Into<String>) -> Self {
        Self::new(Kind::Restricted, message)
    }

    /// Another row has the values already that may be there only once.
    pub fn taken(message: impl Into<String>) -> Self {
        Self::new(Kind::Taken, message)
    }

    /// The row was changed or deleted since it was read.
    pub fn stale(message: impl Into<String>) -> Self {
        Self::new(Kind::Stale, message)
    }

    /// A row would stand below a deleted parent, or below none.
    pub fn parent_deleted(message: impl Into<String>) -> Self {
        Self::new(Kind::ParentDeleted, message)
    }

    /// Somebody asked for an end before it was reached: exit status 130.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self::new(Kind::Interrupted, format!("interrupted: {}", message.into()))
    }

    /// The same, as what came of being interrupted.
    #[cfg(feature = "migrate")]
    #[must_use]
    pub(crate) fn into_interrupted(mut self) -> Self {
        if self.0.kind != Kind::Interrupted {
            self.0.kind = Kind::Interrupted;
            self = self.while_doing("interrupted");
        }
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Adds the file, line and column.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: usize, column: usize) -> Self {
        self.0.place = Some(Place { file: file.into(), line, column });
        self
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Says which row of a result it was, from 1.
    #[cold]
    pub(crate) fn in_row(self, number: u64) -> Self {
        self.while_doing(format_args!("row {number}"))
    }

    /// Puts what was being done in front of the message.
    #[must_use]
    pub fn while_doing(mut self, what: impl fmt::Display) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// Says something else of the same failure.
    #[must_use]
    pub(crate) fn saying(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Was the call itself wrong?
    pub fn is_usage(&self) -> bool {
        self.0.kind == Kind::Usage
    }

    /// Was a plan refused?
    pub fn is_refused(&self) -> bool {
        self.0.kind == Kind::Refused
    }

    /// Did the database fail?
    pub fn is_database(&self) -> bool {
        self.0.kind == Kind::Database
    }

    /// Did a file fail?
    pub fn is_file(&self) -> bool {
        self.0.kind == Kind::File
    }

    /// Did a row not have the asked shape?
    pub fn is_decode(&self) -> bool {
        self.0.kind == Kind::Decode
    }

    /// Was the one row that was asked for not there?
    pub fn is_not_found(&self) -> bool {
        self.0.kind == Kind::NotFound
    }

    /// Were there more rows than the one that was asked for?
    pub fn is_too_many(&self) -> bool {
        self.0.kind == Kind::TooMany
    }

    /// Do rows that refer to a row keep it from being deleted? Of `soft_delete` where a relation says `restrict`, and
    /// of `purge` and `delete` where a foreign key does.
    pub fn is_restricted(&self) -> bool {
        self.0.kind == Kind::Restricted
    }

    /// Does another row have the values already that may be there only once? Of `restore` into a taken unique.
    pub fn is_taken(&self) -> bool {
        self.0.kind == Kind::Taken
    }

    /// Was the row that was saved changed or deleted since it was read?
    pub fn is_stale(&self) -> bool {
        self.0.kind == Kind::Stale
    }

    /// Would a row have stood below a deleted parent, or below none (`restrict_deleted_parent`)?
    pub fn is_parent_deleted(&self) -> bool {
        self.0.kind == Kind::ParentDeleted
    }

    /// Did somebody ask for an end before it was reached ([`Cancel`](crate::runner::Cancel))?
    pub fn is_interrupted(&self) -> bool {
        self.0.kind == Kind::Interrupted
    }

    /// Where it happened, if it happened in a file.
    pub fn place(&self) -> Option<&Place> {
        self.0.place.as_ref()
    }

    /// The message alone, without place, cause and help.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Made of these, whose texts its message holds.
    #[cfg(feature = "migrate")]
    pub(crate) fn of(mut self, parts: Vec<Error>) -> Self {
        self.0.parts = parts;
        self
    }

    /// The errors that it is made of, such as those of several migration files; none where it stands for itself.
    pub fn parts(&self) -> &[Error] {
        &self.0.parts
    }

    /// What to do about it.
    #[cfg(feature = "migrate")]
    pub(crate) fn advice(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// What Postgres said, if it was Postgres that failed.
    pub(crate) fn server(&self) -> Option<&postgres::error::DbError> {
        let source = self.0.source.as_ref()?;
        source.downcast_ref::<postgres::Error>()?.as_db_error()
    }

    /// What caused it, a text each: what the server said, with its detail and hint, or the other errors below.
    pub(crate) fn causes(&self) -> Vec<String> {
        let Some(source) = &self.0.source else { return Vec::new() };
        if let Some(db) = source.downcast_ref::<postgres::Error>().and_then(postgres::Error::as_db_error) {
            let more = [("detail", db.detail()), ("hint", db.hint()), ("in", db.where_())];
            let said = format!("the server says: {} (SQLSTATE {})", db.message(), db.code().code());
            let more = more.into_iter().filter_map(|(name, text)| Some(format!("{name}: {}", text?)));
            return std::iter::once(said).chain(more).collect();
        }
        let mut cause = format!("cause: {source}");
        let mut next = source.source();
        while let Some(error) = next {
            cause += &format!(": {error}");
            next = error.source();
        }
        vec![cause]
    }

    /// The five characters by which Postgres names the failure, if it was Postgres that failed.
    pub fn sqlstate(&self) -> Option<&str> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(self);
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<postgres::Error>() {
                return error.code().map(postgres::error::SqlState::code);
            }
            next = error.source();
        }
        None
    }

    /// The exit status of a process that ends with this: 2 wrong usage, 3 a refused plan, 130 an interrupted run, 4
    /// the rest.
    pub fn exit_status(&self) -> u8 {
        match self.0.kind {
            Kind::Usage => 2,
            Kind::Refused => 3,
            Kind::Interrupted => 130,
            _ => 4,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        if let Some(place) = &self.0.place {
            write!(f, "\n  at {}:{}:{}", place.file, place.line, place.column)?;
        }
        for cause in self.causes() {
            write!(f, "\n  {cause}")?;
        }
        if let Some(help) = &self.0.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} error: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        let failed = Self::database("the database failed");
        let of_one_key = error.code() == Some(&postgres::error::SqlState::CARDINALITY_VIOLATION)
            && error.as_db_error().is_some_and(|db| db.message().contains("ON CONFLICT"));
        let failed = if of_one_key { failed.help(TWO_OF_ONE_KEY) } else { failed };
        failed.because(error)
    }
}

/// What an insert with `do_update` says of its own rows.
const TWO_OF_ONE_KEY: &str = "two of the rows that were given are equal in the columns of `on_conflict`, and one \
    statement updates a row once: give one row of each such key, the last one for instance";
