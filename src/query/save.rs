//! `UPDATE` of a whole row by its key.

use std::marker::PhantomData;

use super::filter::{Filter, Node, Piece};
use super::given::{Given, GivenColumn, New};
use super::output::Expected;
use super::parents::Parents;
use super::run::{Changes, Rows, Sealed};
use super::select::Scope;
use super::statement::{Statement, Writer};
use super::taken;
use super::update::{Set, write_sets};
use super::wire::Bound;
use crate::model::{Identity, Keyed};
use crate::{Error, Model, Result};

/// An update of all columns of a row to the values of a struct, made by [`Model::save`].
///
/// `UPDATE table SET … WHERE key = … AND deleted_at IS NULL` sets every column, except for the primary key, which
/// selects the row, and those that the database writes (generated columns, `GENERATED ALWAYS AS IDENTITY`, the columns
/// marked `updated_at` and `version`). `one` returns the row as it was stored. A struct whose soft-delete column is set
/// is refused: use `soft_delete` and `restore`.
///
/// The struct does not remember the values that were read. All columns are written, and each as its Rust type writes
/// it: the value is the same, its form may be another (JSON in another order, a `numeric` without some of its zeros
/// after the 28th digit). If its primary key is changed, it overwrites the row with
/// that key (to change a key, use `update`), and changed values of columns that the database writes are ignored.
///
/// With a column marked `#[model(version)]` the statement also has `version = version + 1 … AND version = $n`, so that
/// it does not overwrite a row that was changed since it was read: [`Error::is_stale`]. Without one, a row that does
/// not exist or is deleted is [`Error::is_not_found`]. `first` returns `None` for both.
///
/// ```no_run
/// # use feedstock::Model;
/// # #[derive(Model)]
/// # struct Shot { #[model(primary_key)] id: i32, title: String, #[model(version)] version: i32 }
/// use feedstock::blocking::Run;
///
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let mut shot = Shot::find(101).one(client)?;
/// shot.title = "Storm over the rocks".to_owned();
/// match shot.save().one(client) {
///     Err(error) if error.is_stale() => println!("somebody else was faster"),
///     saved => shot = saved?,
/// }
/// # Ok(()) }
/// ```
///
/// If a foreign key with `restrict_deleted_parent` is changed, the new parent must be live:
/// [`Error::is_parent_deleted`].
#[must_use = "`save` sends nothing: end it with `one`, `first` or `execute`"]
pub struct Save<M> {
    given: Given,
    key: Vec<Bound>,
    of: PhantomData<fn() -> M>,
}

impl<M: Keyed + New<Model = M>> Save<M> {
    pub(crate) fn new(row: &M) -> Self {
        let mut given = Given::new(M::DECLARED, <M as New>::COLUMNS, false);
        given.row(row);
        Save { given, key: row.own_key(), of: PhantomData }
    }
}

impl<M: Keyed> Save<M> {
    fn statement(mut self, returning: Option<Expected>) -> Result<Statement> {
        if let Some(error) = self.given.failed.take() {
            return Err(error);
        }
        let column = |name: &str| self.given.columns.iter().find(|column| column.declared.name == name);
        let sets: Vec<_> = self.given.columns.iter().filter(|column| is_saved::<M>(column)).collect();
        let sets = sets.into_iter().filter_map(|column| {
            let value = Piece::Bound(column.single()?);
            Some(Set::<M>::to(column.declared.name, value).set)
        });
        let sets: Vec<_> = sets.collect();
        if sets.is_empty() && M::UPDATED_AT.is_none() && M::VERSION.is_none() {
            let message = format!("`{}` has no column that `save` could change", M::DECLARED.model);
            return Err(Error::usage(message).help("insert the row, or change its key with `update`"));
        }
        if let Some(name) = M::DECLARED.soft_delete
            && column(name).and_then(GivenColumn::single).is_some_and(|value| !value.is_null())
        {
            let model = M::DECLARED.model;
            let message =
                format!("`save` of a row of `{model}` whose `{name}` is set: it writes no `{name}`");
            return Err(Error::usage(message).help(
                "a live row is deleted with `row.itself().soft_delete(db)`, and a deleted one comes back with \
                 `row.itself().restore(db)`; columns of deleted rows are changed with `update` and `only_deleted`",
            ));
        }
        let parents = Parents::of::<M>(|name| Ok(column(name).map(GivenColumn::keys).unwrap_or_default()))?;
        let mut scope = Scope::default();
        scope.filter(Filter::<M>::key(&self.key).node);
        if let Some((version, value)) = M::VERSION.and_then(|name| Some((name, column(name)?.single()?))) {
            scope.filter(Node::Test(vec![Piece::Name(version), Piece::Static(" = "), Piece::Bound(value)]));
        }
        let mut out = Writer::default();
        parents.new_to(self.key).around::<M>(&mut out, returning, |out, held| {
            out.push("UPDATE ").push(M::TABLE);
            let values = write_sets::<M>(sets, "", out);
            out.given = taken::Given::of::<M>(values, String::new());
            if let Some(held) = held {
                scope.filter(Node::Test(vec![Piece::Text(held.to_owned())]));
            }
            scope.write::<M>(out);
            Ok(())
        })?;
        out.meaning.absent = Some(if M::VERSION.is_some() { stale::<M> } else { not_found::<M> });
        out.finish()
    }
}

/// Is this a column that `save` sets?
fn is_saved<M: Model>(column: &GivenColumn) -> bool {
    let name = column.declared.name;
    let is_key = M::DECLARED.primary_key.is_some_and(|key| key.columns.contains(&name));
    let own = [M::DECLARED.soft_delete, M::VERSION, M::UPDATED_AT.map(|(column, _)| column)];
    !is_key && !own.contains(&Some(name)) && column.declared.identity != Some(Identity::Always)
}

fn stale<M: Model>() -> Error {
    let message = format!(
        "the row of `{}` was changed or deleted since it was read: no live row has its key and version",
        M::DECLARED.model
    );
    Error::stale(message)
        .help("read it again, and repeat the change; `first` returns `None` instead of this error")
}

fn not_found<M: Model>() -> Error {
    Error::not_found(format!(
        "there is no live row of `{}` with the key of the one that is saved",
        M::DECLARED.model
    ))
    .help("it was deleted, or never inserted; `first` returns `None` instead of this error")
}

impl<M> Sealed for Save<M> {}

impl<M: Keyed> Rows for Save<M> {
    type Row = M;

    fn rows(self, _: Option<u64>) -> Result<Statement> {
        self.statement(Some(Expected::One))
    }
}

impl<M: Keyed> Changes for Save<M> {
    fn change(self) -> Result<Statement> {
        self.statement(None)
    }
}
