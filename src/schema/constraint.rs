//! Constraints of tables.

use serde::{Deserialize, Serialize};

use super::{Id, Name, is_false, is_true, yes};

/// A constraint of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ConstraintKind,
    /// What follows `ADD CONSTRAINT name`, as Postgres writes it.
    pub definition: String,
    /// Its columns on its own table, in order.
    pub columns: Vec<String>,
    /// The table that a foreign key refers to.
    pub references: Option<Name>,
    /// Does it come from a parent? A foreign key or unique constraint only from the parent of a partition.
    #[serde(default, skip_serializing_if = "is_false")]
    pub inherited: bool,
    /// Would it stay without the parents? Said of a constraint that is not inherited, and of one that is declared
    /// twice.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub local: bool,
    /// Does a check not concern the tables that inherit (`NO INHERIT`)?
    #[serde(default, skip_serializing_if = "is_false")]
    pub no_inherit: bool,
    /// The parent's index of which its index is a part; none where it can only be made as one, as what excludes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attached_to: Option<Name>,
    /// Its comment.
    pub comment: Option<String>,
    /// The comment of the index behind it.
    pub index_comment: Option<String>,
}

/// The kinds of constraints of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConstraintKind {
    /// `PRIMARY KEY`
    PrimaryKey,
    /// `UNIQUE`
    Unique,
    /// `CHECK`
    Check,
    /// `EXCLUDE`
    Exclude,
    /// `FOREIGN KEY`
    ForeignKey,
}

/// A constraint's definition, taken apart from behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionParts<'a> {
    /// Everything else.
    pub core: &'a str,
    /// `DEFERRABLE`, `DEFERRABLE INITIALLY DEFERRED`, or nothing.
    pub deferrability: &'a str,
    /// Was it checked for the rows that were there before?
    pub valid: bool,
    /// Is it checked at all (Postgres 18 knows some that are only said)?
    pub enforced: bool,
}

impl Constraint {
    /// Its definition, taken apart.
    pub fn parts(&self) -> DefinitionParts<'_> {
        // Postgres writes at the end when it is checked, and behind that only that it was not, or never is.
        let unchecked = [" NOT VALID", " NOT ENFORCED"];
        let checked = unchecked.into_iter().find_map(|words| self.definition.strip_suffix(words));
        let text = checked.unwrap_or(&self.definition);
        let deferrability = [" DEFERRABLE INITIALLY DEFERRED", " DEFERRABLE"];
        let found = deferrability.into_iter().find(|words| text.ends_with(words)).unwrap_or("");
        let (core, deferrability) = text.split_at(text.len() - found.len());
        DefinitionParts {
            core,
            deferrability: deferrability.trim_start(),
            valid: checked.is_none(),
            enforced: !self.definition.ends_with(" NOT ENFORCED"),
        }
    }

    /// Is it checked at the end of a transaction, unless the transaction says otherwise?
    pub fn is_initially_deferred(&self) -> bool {
        self.parts().deferrability == "DEFERRABLE INITIALLY DEFERRED"
    }

    /// Is there an index behind it, which bears its name?
    pub fn has_index(&self) -> bool {
        !matches!(self.kind, ConstraintKind::Check | ConstraintKind::ForeignKey)
    }

    /// Does it come with the link to the parent, and cannot be made before as a part of the parent's?
    pub fn comes_with_link(&self) -> bool {
        self.inherited && self.attached_to.is_none() && self.kind != ConstraintKind::Check
    }

    /// What it is known by.
    pub fn id(&self, table: &Name) -> Id {
        match self.kind {
            ConstraintKind::ForeignKey => Id::ForeignKey(table.clone(), self.name.clone()),
            _ => Id::Constraint(table.clone(), self.name.clone()),
        }
    }
}
