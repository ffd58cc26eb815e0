//! The tables that a deletion can reach, in the order in which all transactions lock them.

use super::table::Table;
use crate::model::{Declared, OnSoftDelete};
use crate::query::{Place, below, place as place_of};
use crate::{Error, Result};

/// The tables, parents before children, and the relations between them.
pub struct Tables {
    pub list: Vec<Table>,
    pub links: Vec<Link>,
}

/// A relation between two of the tables, given as indexes of the list.
pub struct Link {
    pub parent: usize,
    pub child: usize,
    /// The foreign key column.
    pub column: &'static str,
    /// The relation's name.
    pub name: &'static str,
    pub rule: OnSoftDelete,
}

impl Tables {
    /// The tables that a deletion of rows of this one can reach.
    ///
    /// # Errors
    ///
    /// A usage error when the soft-delete columns of a cascade cannot have equal values.
    pub fn below(declared: &'static Declared) -> Result<Tables> {
        let mut list = reached(Table(declared));
        list.sort_by_cached_key(|table| place(*table));
        let number = |table: Table| list.iter().position(|other| other.is(table)).unwrap_or_default();
        let mut links = Vec::new();
        for (parent, table) in list.iter().enumerate() {
            for (child, column, name, rule) in table.children() {
                links.push(Link { parent, child: number(child), column, name, rule });
            }
        }
        let tables = Tables { list, links };
        tables.check_stamps()?;
        Ok(tables)
    }

    pub fn number(&self, table: Table) -> usize {
        self.list.iter().position(|other| other.is(table)).unwrap_or_default()
    }

    pub fn parent(&self, link: &Link) -> Table {
        self.list[link.parent]
    }

    pub fn child(&self, link: &Link) -> Table {
        self.list[link.child]
    }

    /// A restore finds rows by their stamp, so that all rows of a cascade must be able to have the same one.
    fn check_stamps(&self) -> Result<()> {
        for link in self.links.iter().filter(|link| link.rule == OnSoftDelete::Cascade) {
            let (parent, child) = (self.parent(link), self.child(link));
            for table in [parent, child] {
                if !is_exact(table) {
                    let column = table.0.soft_delete.unwrap_or_default();
                    let message = format!(
                        "`{}.{column}` is `{}`, which would round the stamp of a deletion",
                        table.0.table,
                        table.type_of(column)
                    );
                    return Err(Error::usage(message)
                        .help("of tables in a cascade it is `timestamp` or `timestamptz`, in microseconds"));
                }
            }
            if parent.has_zone() != child.has_zone() {
                let message = format!(
                    "rows of `{}` go with rows of `{}`, and only one of the two says with a time zone when",
                    child.0.table, parent.0.table
                );
                return Err(
                    Error::usage(message).help("give the soft-delete columns of a cascade the same type")
                );
            }
        }
        Ok(())
    }
}

/// The table, and the tables that a deletion of its rows can reach.
fn reached(table: Table) -> Vec<Table> {
    below(table.0).into_iter().map(Table).collect()
}

/// A table's position in the order of locks, wherever a deletion begins.
pub fn place(table: Table) -> Place {
    place_of(table.0)
}

/// Does the soft-delete column store microseconds?
fn is_exact(table: Table) -> bool {
    let ty = table.0.soft_delete.map_or_else(String::new, |column| table.type_of(column));
    let ty: String = ty.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let ty = ty.replace(" (", "(").replace("(6)", "");
    [
        "timestamp",
        "timestamp without time zone",
        "timestamptz",
        "timestamp with time zone",
        "pg_catalog.timestamp",
        "pg_catalog.timestamptz",
    ]
    .contains(&ty.as_str())
}
