//! Explains a unique violation by a soft-deleted row, which queries do not show.

use crate::ident::{ident, idents, qualified};
use crate::model::{Declared, IndexOn};
use crate::{Error, Model};

/// The values of new or changed rows, as SQL of the statement that writes them.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    declared: &'static Declared,
    /// Columns and their values.
    values: Vec<(&'static str, String)>,
    /// The FROM clause of the values, if there are many rows.
    from: String,
}

impl Given {
    /// `None` if a deleted row cannot conflict.
    pub fn of<M: Model>(values: Vec<(&'static str, String)>, from: String) -> Option<Box<Self>> {
        let declared = M::DECLARED;
        let can_be = declared.soft_delete.is_some() && uniques(declared).any(|unique| unique.is_full);
        can_be.then(|| Box::new(Given { declared, values, from }))
    }
}

/// A primary key, unique constraint or unique index.
struct Unique {
    columns: Vec<&'static str>,
    /// It is not partial, so that deleted rows count too.
    is_full: bool,
}

fn uniques(declared: &'static Declared) -> impl Iterator<Item = Unique> {
    let key = declared.primary_key.map(|key| Unique { columns: key.columns.to_vec(), is_full: true });
    let uniques = declared.uniques.iter().map(|unique| Unique {
        columns: unique.columns.to_vec(),
        is_full: !unique.live && unique.predicate.is_none(),
    });
    let indexes = declared.indexes.iter().filter(|index| index.unique).map(|index| {
        let columns = index.keys.iter().filter_map(|key| match key.on {
            IndexOn::Column(column) => Some(column),
            IndexOn::Expression(_) => None,
        });
        Unique { columns: columns.collect(), is_full: !index.live && index.predicate.is_none() }
    });
    key.into_iter().chain(uniques).chain(indexes)
}

impl Given {
    /// `SELECT EXISTS …`: does a deleted row have the values that the server refused? It has the parameters of the
    /// statement that was refused. `None` where the refusal has another reason.
    pub fn question(&self, error: &Error) -> Option<String> {
        let columns = self.refused(error)?;
        let value = |column: &&str| {
            self.values.iter().find(|(name, _)| name == column).map(|(_, value)| value.as_str())
        };
        let values = columns.iter().map(value).collect::<Option<Vec<_>>>()?;
        let declared = self.declared;
        let table =
            declared.schema.map_or_else(|| ident(declared.table), |schema| qualified(schema, declared.table));
        Some(format!(
            "SELECT EXISTS (SELECT FROM {table} WHERE {} IS NOT NULL AND ({}) IN (SELECT {}{}))",
            ident(declared.soft_delete?),
            idents(&columns),
            values.join(", "),
            self.from,
        ))
    }

    /// Explains a refusal by the answer to [`Given::question`]; `None` where it could not be asked.
    pub fn answered(&self, error: Error, is_deleted: Option<bool>) -> Error {
        let Some(columns) = self.refused(&error) else { return error };
        let columns: Vec<_> = columns.iter().map(|column| format!("`{column}`")).collect();
        let (model, columns) = (self.declared.model, columns.join(", "));
        match is_deleted {
            Some(true) => error
                .saying(format!(
                    "a deleted row of `{model}` has the same {columns}, which is unique among deleted rows too"
                ))
                .help("bring that row back with `restore`, or delete it for good with `only_deleted` and `purge`"),
            Some(false) => error,
            None => error.help(format!(
                "the {columns} of deleted rows of `{model}` count too: if such a row is in the way (`only_deleted` \
                 finds it), bring it back with `restore`, or delete it for good with `purge`"
            )),
        }
    }

    /// The columns of the violated constraint or index, if deleted rows count in it.
    fn refused(&self, error: &Error) -> Option<Vec<&'static str>> {
        let server = error.server().filter(|server| server.code().code() == "23505")?;
        let is_ours = server.table() == Some(self.declared.table)
            && server.schema() == Some(self.declared.schema.unwrap_or("public"));
        // `Key (email)=(a@b.c) already exists.`, in any language.
        let (before, _) = server.detail()?.split_once(")=(")?;
        let (_, list) = before.split_once('(')?;
        let named: Vec<&str> = list.split(", ").map(|name| name.trim_matches('"')).collect();
        let same = |unique: &Unique| {
            unique.columns.len() == named.len() && named.iter().all(|name| unique.columns.contains(name))
        };
        let mut found = uniques(self.declared).filter(same).peekable();
        if !is_ours || found.peek().is_none() || found.any(|unique| !unique.is_full) {
            return None;
        }
        let column = |name: &&str| {
            uniques(self.declared).flat_map(|unique| unique.columns).find(|column| column == name)
        };
        named.iter().map(column).collect()
    }
}
