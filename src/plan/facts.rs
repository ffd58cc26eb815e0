//! Questions about an object that need both schemas and the changes, and that several kinds ask.

use std::collections::BTreeSet;

use super::context::Context;
use crate::diff::Change;
use crate::ident::quote_ident;
use crate::schema::{Constraint, Id, Name, Schema};

/// The tables that a foreign key joins, its own first; none of anything else.
pub(super) fn ends<'a>(context: &Context<'a>, id: &'a Id) -> impl Iterator<Item = &'a Name> {
    let key = match id {
        Id::ForeignKey(table, name) => context.current.constraint(table, name).map(|key| (table, key)),
        _ => None,
    };
    key.into_iter().flat_map(|(table, key)| [Some(table), key.references.as_ref()]).flatten()
}

/// Could a foreign key that is made take this key, which goes? It takes any that fits, as long as that is there.
pub(super) fn may_take(context: &Context<'_>, foreign_key: &Id, gone: &Id) -> bool {
    let Id::ForeignKey(table, name) = foreign_key else { return false };
    let wanted = context.wanted.constraint(table, name);
    let Some(to) = wanted.and_then(|key| key.references.as_ref()) else { return false };
    let is_unique = match gone {
        Id::Constraint(of, name) => {
            of == to && context.current.constraint(of, name).is_some_and(Constraint::has_index)
        }
        Id::Index(name) => {
            context.current.indexes.get(name).is_some_and(|index| index.unique && index.table == *to)
        }
        _ => false,
    };
    let columns = |id: &Id, schema: &Schema| -> BTreeSet<Id> {
        let of_it = |on: &&Id| matches!(on, Id::Column(table, _) if table == to);
        schema.dependencies.of(id).filter(of_it).cloned().collect()
    };
    is_unique
        && context.has(&Change::Create(foreign_key.clone()))
        && columns(gone, context.current).is_subset(&columns(foreign_key, context.wanted))
}

/// Is the constraint made again as it was, over columns that keep their values?
pub(super) fn held_before(context: &Context<'_>, table: &Name, name: &str) -> bool {
    let both = context.current.constraint(table, name).zip(context.wanted.constraint(table, name));
    both.is_some_and(|(found, want)| {
        let is_new =
            |column: &String| context.has(&Change::Create(Id::Column(table.clone(), column.clone())));
        found.definition == want.definition && !want.columns.iter().any(is_new)
    })
}

/// Does a valid check that stays forbid NULL in the column? `SET NOT NULL` reads no rows then (Postgres 12).
pub(super) fn is_checked_not_null(context: &Context<'_>, table: &Name, column: &str) -> bool {
    let definition = format!("CHECK (({} IS NOT NULL))", quote_ident(column));
    let found = context.current.tables.get(table).into_iter().flat_map(|table| table.constraints.values());
    found.filter(|check| check.definition == definition && !check.no_inherit).any(|check| {
        let want = context.wanted.constraint(table, &check.name);
        want.is_some_and(|want| want.definition == definition)
    })
}

/// Does a foreign key rely on this unique index?
pub(super) fn is_referred_to(context: &Context<'_>, id: &Id) -> bool {
    context.current.dependencies.on(id).any(|dependent| matches!(dependent, Id::ForeignKey(..)))
}

/// Does row security apply to the table's owner too? A value for its rows would reach only those that the policies
/// show.
pub(super) fn hides_rows(context: &Context<'_>, table: &Name) -> bool {
    let found = context.current.tables.get(table);
    found.is_some_and(|table| table.row_security && table.force_row_security)
}

/// Is it dropped before anything is created? It is in the way of other changes, or its name is needed.
pub(super) fn goes_early(context: &Context<'_>, id: &Id) -> bool {
    let made_again = context.has(&Change::Create(id.clone()));
    let light = matches!(
        id,
        Id::Index(_)
            | Id::Constraint(..)
            | Id::ForeignKey(..)
            | Id::On(..)
            | Id::Setting(..)
            | Id::EventTrigger(_)
            | Id::View(..)
            | Id::Default(..)
    );
    made_again || light || context.room.contains(id)
}

/// Are there routines of this name, and does none of them give another value for each row?
pub(super) fn routines_are_stable(context: &Context<'_>, called: &str) -> bool {
    let details = context.wanted.objects.values().map(|object| &object.details);
    let mut of_name = details.filter(|it| it.called.as_deref() == Some(called)).peekable();
    of_name.peek().is_some() && !of_name.any(|it| it.volatile)
}
