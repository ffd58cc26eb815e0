//! What Postgres made of a declaration: data, no IO, imports nothing.
//!
//! Expressions and definitions are Postgres's own text, read with an empty `search_path`, so that every name
//! in them is qualified. Two schemas are comparable when both are canonical, that is, when building one
//! from its own text gives the same text.

mod column_property;
mod constraint;
pub mod data_type;
mod dependencies;
mod object;
mod privilege;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

pub use column_property::{COLUMN_PROPERTIES, ColumnProperty};
pub use constraint::{Constraint, ConstraintKind, DefinitionParts};
pub use dependencies::Dependencies;
pub use object::{Afterwards, Attribute, Details, Object, Property, Range};
pub use privilege::{Creates, DefaultPrivileges, Grant, Privileges};

/// All of a database that Feedstock manages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// The schemas (Postgres's "namespaces"), each with its comment.
    pub namespaces: BTreeMap<String, Namespace>,
    /// The extensions.
    pub extensions: BTreeMap<String, Extension>,
    /// The enum types.
    #[serde(serialize_with = "values")]
    pub enums: BTreeMap<Name, EnumType>,
    /// The sequences that stand alone or belong to a `serial` column; those of identity columns are theirs.
    #[serde(serialize_with = "values")]
    pub sequences: BTreeMap<Name, Sequence>,
    /// The tables.
    #[serde(serialize_with = "values")]
    pub tables: BTreeMap<Name, Table>,
    /// The indexes that do not belong to a constraint.
    #[serde(serialize_with = "values")]
    pub indexes: BTreeMap<Name, Index>,
    /// Functions, views, triggers and the like: objects that are their text.
    #[serde(serialize_with = "values")]
    pub objects: BTreeMap<Id, Object>,
    /// Who may do what, where that is not what Postgres gives by itself.
    #[serde(serialize_with = "values")]
    pub privileges: BTreeMap<Id, Privileges>,
    /// What new objects give to whom.
    #[serde(serialize_with = "values")]
    pub default_privileges: BTreeMap<Creates, DefaultPrivileges>,
    /// What depends on what, as `pg_depend` has it.
    #[serde(skip)]
    pub dependencies: Dependencies,
    /// What is there and not understood, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<String>,
}

impl Schema {
    /// Has it nothing that a program or a query could use?
    #[cfg(feature = "cli")]
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
            && self.objects.is_empty()
            && self.enums.is_empty()
            && self.sequences.is_empty()
            && self.extensions.is_empty()
            && self.namespaces.keys().all(|name| name == "public")
    }
}

/// A schema-qualified name, unquoted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Name {
    /// The schema.
    pub schema: String,
    /// The name in it.
    pub name: String,
}

impl Name {
    /// A name from its two parts.
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Name { schema: schema.into(), name: name.into() }
    }
}

impl fmt::Display for Name {
    /// As people say it: `public` is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema != "public" {
            write!(f, "{}.", self.schema)?;
        }
        f.write_str(&self.name)
    }
}

/// What an object is known by. Its order is the order of creation where nothing else decides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Id {
    /// A schema.
    Namespace(String),
    /// An extension.
    Extension(String),
    /// An enum type.
    Enum(Name),
    /// A type whose definition is its text: a domain, a composite type, a range type; or what columns use like
    /// one, a collation. The name and the word.
    Type(Name, String),
    /// Any other object that is its text, a cast, an operator: the word of its kind and the address
    /// behind it. Before tables, since what reads a cast or an operator class does not always depend on it.
    Other(String, String),
    /// A sequence.
    Sequence(Name),
    /// A table.
    Table(Name),
    /// A column of a table.
    Column(Name, String),
    /// A column's default.
    Default(Name, String),
    /// A primary key, unique, check or exclusion constraint of a table.
    Constraint(Name, String),
    /// An index.
    Index(Name),
    /// That a table inherits from another one, is a partition of it, or is of a type.
    Link(Name, Name),
    /// A foreign key of a table: after every key that it may refer to.
    ForeignKey(Name, String),
    /// A function, procedure or aggregate: the word and the address behind it.
    Routine(String, String),
    /// A view, materialized view or foreign table, which is its text: the word and its name.
    View(String, Name),
    /// An object on a table or view, with which it goes: a trigger, a policy, a rule, that a publication publishes it.
    /// The word, the table, the name.
    On(String, Name, String),
    /// A property of a part of a table that has statements of its own and outlives a change of type: a `CLUSTER`
    /// mark, a column's options. What it is, the table, the part.
    Setting(String, Name, String),
    /// An event trigger: it watches what is done, and so comes after everything and goes before.
    EventTrigger(String),
}

impl Id {
    /// What a relation of that name that is its text is known by, of each kind.
    pub fn views(name: &Name) -> [Id; 3] {
        ["VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE"].map(|word| Id::View(word.to_owned(), name.clone()))
    }

    /// The table that this is a part of, or is.
    pub fn table(&self) -> Option<&Name> {
        match self {
            Id::Table(table)
            | Id::Column(table, _)
            | Id::Default(table, _)
            | Id::Constraint(table, _)
            | Id::ForeignKey(table, _)
            | Id::Link(table, _)
            | Id::On(_, table, _)
            | Id::Setting(_, table, _) => Some(table),
            _ => None,
        }
    }

    /// The name of an index, or of the one behind a constraint.
    pub fn index_name(&self) -> Option<Name> {
        match self {
            Id::Index(name) => Some(name.clone()),
            Id::Constraint(table, name) => Some(Name::new(&table.schema, name)),
            _ => None,
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Id::Namespace(name) => write!(f, "schema {name}"),
            Id::Extension(name) => write!(f, "extension {name}"),
            Id::Enum(name) => write!(f, "enum {name}"),
            Id::Type(name, word) => write!(f, "{} {name}", word.to_lowercase()),
            Id::Sequence(name) => write!(f, "sequence {name}"),
            Id::Table(name) => write!(f, "table {name}"),
            Id::Column(table, column) => write!(f, "column {table}.{column}"),
            Id::Default(table, column) => write!(f, "default of {table}.{column}"),
            Id::Constraint(table, name) => write!(f, "constraint {name} on {table}"),
            Id::Index(name) => write!(f, "index {name}"),
            Id::Link(table, from) => write!(f, "table {table} as one of {from}"),
            Id::ForeignKey(table, name) => write!(f, "foreign key {name} on {table}"),
            Id::Other(word, address) | Id::Routine(word, address) => {
                write!(f, "{} {address}", word.to_lowercase())
            }
            Id::View(word, name) => write!(f, "{} {name}", word.to_lowercase()),
            Id::On(word, table, name) => write!(f, "{} {name} on {table}", word.to_lowercase()),
            Id::Setting(what, table, part) => {
                write!(f, "{what} of {table}{}{part}", if part.is_empty() { "" } else { "." })
            }
            Id::EventTrigger(name) => write!(f, "event trigger {name}"),
        }
    }
}

/// A schema of the database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespace {
    /// Its comment.
    pub comment: Option<String>,
}

/// An extension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    /// The schema of its objects.
    pub schema: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// Is that the version that its server installs where nobody says another one?
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub is_default: bool,
    /// Its comment, where it is not the one that the extension brings along.
    pub comment: Option<String>,
}

impl Extension {
    /// Is its version the same? What one server installs by itself is what another one does.
    pub fn is_as_new_as(&self, other: &Extension) -> bool {
        self.version == other.version || (self.is_default && other.is_default)
    }
}

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its labels, in order.
    pub labels: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: Name,
    /// Its numbers.
    pub options: SequenceOptions,
    /// The column with which it is dropped.
    pub owned_by: Option<(Name, String)>,
    /// Does it survive a crash?
    pub unlogged: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// The numbers of a sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: String,
    /// The first value.
    pub start: i64,
    /// The step.
    pub increment: i64,
    /// The lowest value.
    pub min: i64,
    /// The highest value.
    pub max: i64,
    /// How many values a session takes at once.
    pub cache: i64,
    /// Does it begin again at its end?
    pub cycle: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// The tables whose columns it inherits, in order; of a partition the one that it is a part of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Name>,
    /// Which rows it holds, where it is a partition: `FOR VALUES IN (1)`, `DEFAULT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<String>,
    /// What decides where its rows are, where it has partitions and no rows of its own: `RANGE (at)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// The composite type that says its columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_type: Option<Name>,
    /// Its columns, in physical order, which is no difference.
    pub columns: Vec<Column>,
    /// Its constraints by name.
    #[serde(serialize_with = "values")]
    pub constraints: BTreeMap<String, Constraint>,
    /// Not written to the log, empty after a crash.
    pub unlogged: bool,
    /// Do policies decide which rows a role sees?
    pub row_security: bool,
    /// Do they decide for the owner too?
    pub force_row_security: bool,
    /// Its storage parameters, `fillfactor=70`, sorted.
    pub options: Vec<String>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Column {
    /// Is it computed when it is read (Postgres 18)?
    pub fn is_virtual(&self) -> bool {
        self.generated.as_ref().is_some_and(|generated| generated.ends_with(" VIRTUAL"))
    }

    /// Must every row have a value that Postgres gives to none by itself?
    pub fn needs_value(&self) -> bool {
        self.not_null && self.default.is_none() && self.generated.is_none() && self.identity.is_none()
    }
}

impl Table {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Is it the partition of the rows that no other partition has?
    pub fn is_default_partition(&self) -> bool {
        self.bound.as_deref() == Some("DEFAULT")
    }

    /// The values of a partition: `IN (1)`, `FROM (1) TO (2)`; none of a default partition.
    pub fn bound_values(&self) -> Option<&str> {
        self.bound.as_deref()?.strip_prefix("FOR VALUES ")
    }

    /// The names of its storage parameters.
    pub fn option_names(&self) -> impl Iterator<Item = &str> {
        self.options.iter().filter_map(|option| option.split('=').next())
    }

    /// Its primary key.
    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints.values().find(|found| found.kind == ConstraintKind::PrimaryKey)
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as `format_type` writes it.
    pub data_type: String,
    /// Its collation, quoted and qualified, where it is not the type's own.
    pub collation: Option<String>,
    /// Is it NOT NULL?
    pub not_null: bool,
    /// The name of the constraint that says so (Postgres 18), where it is not the one that Postgres gives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_null_name: Option<String>,
    /// Does that constraint come from a parent, whose name it bears then?
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_null_inherited: bool,
    /// Its default.
    pub default: Option<String>,
    /// The expression of a generated column, and whether it is stored: `(a + b) STORED`, `(a + b) VIRTUAL`.
    pub generated: Option<String>,
    /// Its identity.
    pub identity: Option<Identity>,
    /// The values of its [`COLUMN_PROPERTIES`], where they are set.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// The storage of its type.
    #[serde(default)]
    pub type_storage: String,
    /// Does it come from a parent?
    #[serde(default, skip_serializing_if = "is_false")]
    pub inherited: bool,
    /// Would it stay without the parents? Said of a column that is not inherited, and of one that is declared twice.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub local: bool,
    /// Its comment.
    pub comment: Option<String>,
}

/// An identity and its sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `GENERATED ALWAYS`, else `BY DEFAULT`.
    pub always: bool,
    /// The name of its sequence.
    pub sequence: Name,
    /// The numbers of its sequence.
    pub options: SequenceOptions,
}

/// An index that does not belong to a constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name; an index lives in its table's schema.
    pub name: Name,
    /// The table or materialized view.
    pub table: Name,
    /// Does it forbid duplicates?
    pub unique: bool,
    /// What follows the table's name, as Postgres writes it: `USING btree (a, b DESC)`.
    pub definition: String,
    /// Does it hold only some of the rows?
    #[serde(default, skip_serializing_if = "is_false")]
    pub partial: bool,
    /// Statistics targets of its expressions, `1:500`.
    pub statistics: Vec<String>,
    /// The index of the partitioned table of which it is a part; it may belong to a constraint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<Name>,
    /// Is it what it says? Not so of one whose concurrent build failed, and of one of a partitioned table of which not
    /// every partition has a part.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub valid: bool,
    /// Its comment.
    pub comment: Option<String>,
}

impl Schema {
    /// What a new database holds: the schema `public`.
    pub fn empty() -> Self {
        let namespaces = [("public".to_owned(), Namespace { comment: None })].into();
        Schema { namespaces, ..Schema::default() }
    }

    /// Is the table of that name a partitioned one?
    pub fn is_partitioned(&self, table: &Name) -> bool {
        self.tables.get(table).is_some_and(|table| table.partition_by.is_some())
    }

    /// Is this the index of a partitioned table that was made `ON ONLY` it, and lacks parts?
    pub fn is_on_only(&self, index: &Index) -> bool {
        !index.valid && self.is_partitioned(&index.table)
    }

    /// Is it a generated column?
    pub fn is_generated(&self, table: &Name, column: &str) -> bool {
        self.column(table, column).is_some_and(|found| found.generated.is_some())
    }

    /// The column of that name in the table of that name.
    pub fn column(&self, table: &Name, column: &str) -> Option<&Column> {
        self.tables.get(table)?.column(column)
    }

    /// The constraint behind which there is an index of that name, with its table. It looks at every table.
    pub fn constraint_of_index(&self, index: &Name) -> Option<(&Name, &Constraint)> {
        let mut tables = self.tables.iter().filter(|(table, _)| table.schema == index.schema);
        tables.find_map(|(table, found)| {
            let found = found.constraints.get(&index.name).filter(|found| found.has_index())?;
            Some((table, found))
        })
    }

    /// The indexes of each table, by name.
    pub fn indexes_by_table(&self) -> BTreeMap<&Name, Vec<&Name>> {
        let mut indexes: BTreeMap<&Name, Vec<&Name>> = BTreeMap::new();
        for index in self.indexes.values() {
            indexes.entry(&index.table).or_default().push(&index.name);
        }
        indexes
    }

    /// The parts of the indexes and keys of partitioned tables, each with what it is a part of.
    pub fn index_parts(&self) -> impl Iterator<Item = (Id, Id)> {
        let keys = self.keys_of_partitioned_tables();
        let indexes = self.indexes.values().filter_map(|found| {
            found.attached_to.as_ref().map(|whole| (Id::Index(found.name.clone()), whole))
        });
        let constraints = self.tables.values().flat_map(|table| {
            let parts = table.constraints.values();
            let keys = parts.filter(|found| found.has_index());
            keys.filter_map(|found| found.attached_to.as_ref().map(|whole| (found.id(&table.name), whole)))
        });
        indexes.chain(constraints).filter_map(move |(part, whole)| {
            let is_index = self.indexes.contains_key(whole).then(|| Id::Index(whole.clone()));
            Some((part, is_index.or_else(|| keys.get(whole).cloned())?))
        })
    }

    /// The constraints of partitioned tables behind which there are indexes, by the names of these.
    fn keys_of_partitioned_tables(&self) -> BTreeMap<Name, Id> {
        let tables = self.tables.values().filter(|table| table.partition_by.is_some());
        let keys = tables.flat_map(|table| {
            let keys = table.constraints.values().filter(|found| found.has_index());
            keys.map(|key| (Name::new(&table.name.schema, &key.name), key.id(&table.name)))
        });
        keys.collect()
    }

    /// Who may do what with something, where that is not what Postgres gives by itself.
    pub fn grants(&self, on: &Id) -> BTreeSet<Grant> {
        self.privileges.get(on).map(|found| found.grants.clone()).unwrap_or_default()
    }

    /// The constraint of that name on the table of that name.
    pub fn constraint(&self, table: &Name, name: &str) -> Option<&Constraint> {
        self.tables.get(table)?.constraints.get(name)
    }
}

/// For people a list, since each value has its name; for ourselves the map that it is.
fn values<K: Serialize, V: Serialize, S: Serializer>(map: &BTreeMap<K, V>, to: S) -> Result<S::Ok, S::Error> {
    if to.is_human_readable() { to.collect_seq(map.values()) } else { map.serialize(to) }
}

fn display<S: Serializer>(id: &Id, to: S) -> Result<S::Ok, S::Error> {
    if to.is_human_readable() { to.collect_str(id) } else { id.serialize(to) }
}

fn yes() -> bool {
    true
}

fn is_true(value: &bool) -> bool {
    *value
}

fn is_false(value: &bool) -> bool {
    !*value
}
