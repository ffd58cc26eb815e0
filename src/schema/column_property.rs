//! The properties of a column that have a statement of their own. A new one is a row here and a value in `columns.sql`.

use super::Column;

/// A property of a column.
#[derive(Debug)]
pub struct ColumnProperty {
    /// Its name, as `columns.sql` and JSON have it.
    pub name: &'static str,
    /// How it is set: `ALTER COLUMN c SET STORAGE value`.
    pub set: &'static str,
    /// The value that means that it is not set.
    pub unset: fn(&Column) -> &str,
    /// Does another type of the column take it away?
    pub lost_with_type: bool,
    /// Does a child have it from its parent when it is created?
    pub inherited: bool,
}

/// All of them, in the order in which they are set.
pub const COLUMN_PROPERTIES: &[ColumnProperty] = &[
    ColumnProperty {
        name: "storage",
        set: "SET STORAGE",
        unset: |column| &column.type_storage,
        lost_with_type: true,
        inherited: true,
    },
    ColumnProperty {
        name: "compression",
        set: "SET COMPRESSION",
        unset: |_| "default",
        lost_with_type: true,
        inherited: true,
    },
    ColumnProperty {
        name: "statistics",
        set: "SET STATISTICS",
        unset: |_| "-1",
        lost_with_type: false,
        inherited: false,
    },
];

impl ColumnProperty {
    /// Its value, where it is set.
    pub fn of<'a>(&self, column: &'a Column) -> Option<&'a str> {
        column.properties.get(self.name).map(String::as_str)
    }
}
