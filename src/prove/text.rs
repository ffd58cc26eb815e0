//! A schema as the SQL that builds it.

use crate::plan::Plan;

/// The number of statements that one transaction may have. After each of them Postgres looks at all locks that the
/// transaction holds, so that the time grows with the square of their number.
const STATEMENTS: usize = 400;

/// A schema as the SQL that builds it, in messages of so few statements that each can be a transaction.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<String>);

impl Text {
    pub(super) fn of(plan: &Plan) -> Self {
        let steps: Vec<&str> = plan.steps().map(|step| step.sql.as_str()).collect();
        let messages: Vec<String> = steps.chunks(STATEMENTS).map(|steps| steps.join(";\n")).collect();
        Text(if messages.is_empty() { vec![String::new()] } else { messages })
    }
}
