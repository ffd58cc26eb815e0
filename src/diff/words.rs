//! Changes and renames in words.

use std::fmt;

use super::{Change, ColumnChange, Rename};
use crate::schema::COLUMN_PROPERTIES;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Create(id) => write!(f, "{id} is missing"),
            Change::Drop(id) => write!(f, "{id} is left over"),
            Change::Replace(id) | Change::ReplaceType(id) => write!(f, "{id} has another definition"),
            Change::Validate(id) => write!(f, "{id} is not validated"),
            Change::Deferrability(id) => write!(f, "{id} is checked at another time"),
            Change::UseIndex(id, index) => write!(f, "{id} does not use index {index}"),
            Change::IndexStatistics(index) => write!(f, "index {index} has other statistics targets"),
            Change::Afterwards(id) => write!(f, "{id} has other properties"),
            Change::Comment(id) => write!(f, "{id} has another comment"),
            Change::AddLabels(name) => write!(f, "enum {name} lacks labels"),
            Change::SequenceOptions(name) => write!(f, "sequence {name} has other options"),
            Change::SequenceOwner(name) => write!(f, "sequence {name} has another owner"),
            Change::Persistence(id) => write!(f, "{id} is logged, or unlogged"),
            Change::TableOptions(name) => write!(f, "table {name} has other storage parameters"),
            Change::RowSecurity(name) => write!(f, "table {name} has other row security"),
            Change::ExtensionVersion(name) => write!(f, "extension {name} has another version"),
            Change::Column(table, column, what) => write!(f, "column {table}.{column} has {what}"),
            Change::Privileges(id) => write!(f, "{id} has other privileges"),
            Change::DefaultPrivileges(of) => write!(f, "default privileges on {} differ", of.objects),
        }
    }
}

impl fmt::Display for ColumnChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            ColumnChange::DropDefault | ColumnChange::SetDefault => "another default",
            ColumnChange::DropIdentity | ColumnChange::AddIdentity | ColumnChange::SetIdentity => {
                "another identity"
            }
            ColumnChange::DropExpression => "an expression",
            ColumnChange::DropNotNull => "NOT NULL",
            ColumnChange::SetNotNull => "no NOT NULL",
            ColumnChange::NotNullName => "another name of NOT NULL",
            ColumnChange::Type => "another type or collation",
            ColumnChange::Property(at) => return write!(f, "another {}", COLUMN_PROPERTIES[*at].name),
        };
        f.write_str(words)
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rename::Namespace(name) => write!(f, "schema {name} is missing"),
            Rename::Relation(id, to) => write!(f, "{id} is to be called {to}"),
            Rename::Part(id, to) => write!(f, "{id} is to be called {to}"),
            Rename::Extension(name, to) => write!(f, "extension {name} is to be in schema {to}"),
            Rename::Label(of, from, to) => write!(f, "label {from} of {of} is to be called {to}"),
        }
    }
}
