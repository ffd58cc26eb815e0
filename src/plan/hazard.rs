//! Hazards: what a step may do to data and to running programs.

use std::fmt;

use serde::Serialize;

/// Something to know before a step runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Its rule: `drop-column`.
    pub rule: &'static str,
    /// The object: `image_generations.size`.
    pub object: String,
    /// What may happen, in one sentence.
    pub message: String,
    /// Is it refused until it is acknowledged?
    pub destructive: bool,
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hazard {}:{}: {}", self.rule, self.object, self.message)
    }
}

impl Hazard {
    pub(super) fn destroys(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Self::new(rule, object, message, true)
    }

    pub(super) fn warns(rule: &'static str, object: impl ToString, message: &str) -> Self {
        Self::new(rule, object, message, false)
    }

    fn new(rule: &'static str, object: impl ToString, message: &str, destructive: bool) -> Self {
        Hazard { rule, object: object.to_string(), message: message.to_owned(), destructive }
    }

    pub(super) fn rename(what: &str, from: impl ToString) -> Self {
        let rule = match what {
            "table" => "rename-table",
            "label" => "rename-enum-value",
            _ => "rename-column",
        };
        Self::warns(rule, from, "a program that still uses the old name fails")
    }
}
