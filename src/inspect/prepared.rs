//! Statements that a session has prepared: to parse and to plan the queries of the catalogs takes longer than to run
//! them on a small database.

use std::collections::BTreeMap;

use postgres::types::ToSql;
use postgres::{GenericClient, Row, Statement};

/// The statements of one session, by their text.
#[derive(Default)]
pub(crate) struct Prepared(BTreeMap<String, Statement>);

impl Prepared {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn rows(
        &mut self,
        transaction: &mut impl GenericClient,
        query: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, postgres::Error> {
        let known = self.0.get(query);
        let statement = match known {
            Some(statement) => statement.clone(),
            None => {
                let statement = transaction.prepare(query)?;
                self.0.insert(query.to_owned(), statement.clone());
                statement
            }
        };
        transaction.query(&statement, parameters)
    }
}
