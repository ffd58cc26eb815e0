//! The options of a plan: values, conversions, acknowledgements, sizes.

use std::collections::{BTreeMap, BTreeSet};

use super::size::{SMALL_TABLE, Size};
use crate::schema::Name;

/// The options of a plan: what it cannot find out by itself.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Values for the rows that a NOT NULL column finds without one: an expression a column.
    pub fill: BTreeMap<(Name, String), String>,
    /// How a column's old values become new ones: an expression a column.
    pub using: BTreeMap<(Name, String), String>,
    /// The hazards that were acknowledged.
    pub allow: Allow,
    /// Nobody uses the tables while the plan is applied: the direct way is taken everywhere.
    pub offline_ok: bool,
    /// Does no model say what is wanted, so that a rename is said on the command line?
    pub without_models: bool,
    /// How large the tables are where the plan is to run; a table that is not among them may have any size.
    pub sizes: BTreeMap<Name, Size>,
    /// Up to how many bytes, indexes and long values included, a table is small; [`SMALL_TABLE`] without another word.
    pub small_table: Option<u64>,
    /// The tables in the order of their models, which new tables take where their references leave it free.
    pub order: Vec<Name>,
}

impl Options {
    /// Is the table known to be so small that nobody notices when all of it is read or written under a lock?
    pub fn is_small(&self, table: &Name) -> bool {
        let small = self.small_table.unwrap_or(SMALL_TABLE);
        self.sizes.get(table).is_some_and(|size| size.bytes <= small)
    }
}

/// Which hazards were acknowledged: `RULE:object`, or `all`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow(BTreeSet<String>);

impl Allow {
    /// Each as `RULE:object`, or `all`.
    pub fn new(given: impl IntoIterator<Item = String>) -> Self {
        Allow(given.into_iter().collect())
    }

    /// Is this hazard acknowledged?
    pub fn covers(&self, rule: &str, object: &str) -> bool {
        self.0.contains("all") || self.0.contains(&format!("{rule}:{object}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_is_what_is_known_to_be() {
        let (small, large) = (Name::new("public", "small"), Name::new("public", "large"));
        let size = |bytes| Size { rows: None, bytes };
        let mut options = Options {
            sizes: [(small.clone(), size(SMALL_TABLE)), (large.clone(), size(SMALL_TABLE + 1))].into(),
            ..Options::default()
        };
        assert!(options.is_small(&small) && !options.is_small(&large));
        assert!(!options.is_small(&Name::new("public", "unknown")));
        options.small_table = Some(0);
        assert!(!options.is_small(&small));
    }
}
