//! `INSERT` of one row or of any number, in one statement.

use std::marker::PhantomData;

use super::conflict::{Conflict, ConflictTarget, Target, Then};
use super::given::{Given, GivenColumn, New};
use super::output::Expected;
use super::parents::Parents;
use super::run::{Changes, Rows, Sealed};
use super::statement::{Statement, Writer};
use super::taken;
use super::update::Set;
use crate::ident::{ident, idents, literal};
use crate::model::DeclaredDefault;
use crate::{Error, Model, Result};

/// New rows, made by [`Model::insert`] and [`Model::insert_many`]. The endings that return rows return them as stored,
/// with the values of defaults, in the order in which they were given (`RETURNING`).
///
/// One row is `INSERT INTO … VALUES ($1, …)`. Many rows are `INSERT INTO … SELECT … FROM unnest($1, $2, …)`, with one
/// array per column, so that the limit of parameters does not limit the number of rows. A column that no row gives is
/// omitted; if only some rows give a column, the others get the default that the model declares.
///
/// If the model has `restrict_deleted_parent`, the same statement locks the parents first and inserts nothing unless
/// all of them are live: [`Error::is_parent_deleted`]. A parent that is the column's default is not checked.
#[must_use = "an insert sends nothing: end it with `execute`, `one` or `all`"]
pub struct Insert<M> {
    given: Given,
    many: bool,
    conflict: Option<Conflict>,
    of: PhantomData<fn() -> M>,
}

/// An insert with its conflict target, made by [`Insert::on_conflict`]; it still needs its conflict action.
///
/// ```no_run
/// # use feedstock::Model;
/// # #[derive(Model)]
/// # #[model(soft_delete = deleted_at, unique(drama_id, number))]
/// # struct Episode {
/// #     #[model(primary_key)] id: i32, drama_id: i32, number: i32, title: String, #[model(default = 0)] views: i32,
/// #     deleted_at: Option<chrono::NaiveDateTime>,
/// # }
/// use feedstock::blocking::Run;
///
/// # fn demo(client: &mut postgres::Client) -> feedstock::Result<()> {
/// let place = (Episode::DRAMA_ID, Episode::NUMBER);
/// let new = || NewEpisode::new(1, 7, "Low tide".to_owned());
/// // … ON CONFLICT ("drama_id", "number") WHERE "deleted_at" IS NULL DO NOTHING
/// let inserted = Episode::insert(new()).on_conflict(place).do_nothing().first(client)?;
/// // … DO UPDATE SET "title" = EXCLUDED."title", "views" = (episode.views + 1)
/// let sets = [Episode::TITLE.to_excluded(), Episode::VIEWS.to_sql("episode.views + 1", ())];
/// let row = Episode::insert(new()).on_conflict(place).do_update(sets).one(client)?;
/// # Ok(()) }
/// ```
#[must_use = "say `do_nothing` or `do_update`"]
pub struct OnConflict<M> {
    insert: Insert<M>,
    target: Target,
}

impl<M: Model> Insert<M> {
    pub(crate) fn one<N: New<Model = M>>(row: &N) -> Self {
        let mut given = Given::new(M::DECLARED, N::COLUMNS, false);
        given.row(row);
        Insert { given, many: false, conflict: None, of: PhantomData }
    }

    pub(crate) fn many<N: New<Model = M>>(rows: impl IntoIterator<Item = N>) -> Self {
        let mut given = Given::new(M::DECLARED, N::COLUMNS, true);
        for row in rows {
            given.row(&row);
        }
        Insert { given, many: true, conflict: None, of: PhantomData }
    }

    /// `ON CONFLICT`: what to do with a row that violates a unique constraint. The target is a column,
    /// `on_conflict(Episode::ID)`, or a tuple of columns.
    ///
    /// The columns are those of a primary key, unique constraint or unique index of the model, in any order. If the
    /// index is partial, its predicate is added (`WHERE deleted_at IS NULL` for one of live rows). Name the index if it
    /// is on expressions, or if there are several on the same columns: `on_conflict("users_lower_email")`.
    pub fn on_conflict(self, target: impl ConflictTarget<M>) -> OnConflict<M> {
        OnConflict { insert: self, target: target.target() }
    }

    fn statement(mut self, returning: Option<Expected>) -> Result<Statement> {
        if let Some(error) = self.given.failed.take() {
            return Err(error);
        }
        let mut out = Writer::default();
        if self.given.rows == 0 {
            // Inserting no rows is no error, and returns no row.
            out.push("SELECT ")
                .outputs::<M>(Expected::One)
                .push(" FROM ")
                .push(M::TABLE)
                .push(" WHERE false");
            return out.finish();
        }
        let columns: Vec<_> = self.given.columns.iter().filter(|column| column.is_given()).collect();
        let conflict = self.conflict.map(|conflict| conflict.resolve::<M>(&columns)).transpose()?;
        let sets = conflict.as_ref().map_or(&[][..], |conflict| &conflict.sets);
        let parents = Parents::of::<M>(|name| {
            let mut keys =
                columns.iter().find(|column| column.declared.name == name).map(|column| column.keys());
            for set in sets.iter().filter(|set| set.column == name) {
                keys.get_or_insert_default().extend(set.key::<M>()?);
            }
            Ok(keys.unwrap_or_default())
        })?;
        parents.around::<M>(&mut out, returning, |out, held| {
            out.push("INSERT INTO ").push(M::TABLE);
            if !columns.is_empty() {
                let names: Vec<_> = columns.iter().map(|column| column.declared.name).collect();
                out.push(" (").push(&idents(&names)).push(")");
            }
            match (columns.is_empty(), self.many) {
                (true, false) => out.push(" DEFAULT VALUES").push(""),
                (true, true) => out.push(&format!(" SELECT FROM generate_series(1, {})", self.given.rows)),
                (false, false) => values::<M>(&columns, held.is_some(), out),
                (false, true) => unnest::<M>(&columns, out)?,
            };
            if let Some(held) = held {
                out.push(" WHERE ").push(held);
            }
            if let Some(conflict) = conflict {
                conflict.write::<M>(out);
            }
            Ok(())
        })?;
        out.finish()
    }
}

impl<M: Model> OnConflict<M> {
    /// `DO NOTHING`: a conflicting row is not inserted. `all` returns the rows that were inserted, and `first` returns
    /// `None` for a row that was not.
    pub fn do_nothing(self) -> Insert<M> {
        self.then(Then::Nothing)
    }

    /// `DO UPDATE SET …`: the existing row is updated. A column is set to the value of the new row
    /// ([`to_excluded`](super::Column::to_excluded)), to another value ([`to`](super::Column::to)) or to an expression
    /// ([`to_sql`](super::Column::to_sql), in which columns are qualified with the table or `EXCLUDED`). The columns
    /// marked `updated_at` and `version` are set as by any update.
    ///
    /// If the existing row is soft-deleted, it is not changed, and no row is returned, unless its soft-delete column is
    /// among those that are set.
    ///
    /// # Errors
    ///
    /// Postgres refuses to update one row twice in one statement (SQLSTATE 21000): the new rows must have different
    /// keys.
    pub fn do_update(self, sets: impl IntoIterator<Item = Set<M>>) -> Insert<M> {
        let sets = sets.into_iter().map(|set| set.set).collect();
        self.then(Then::Update(sets))
    }

    /// [`OnConflict::do_update`] of every column that the rows give, except for the primary key, the conflict target
    /// and the soft-delete column.
    pub fn do_update_all(self) -> Insert<M> {
        self.then(Then::UpdateAll)
    }

    fn then(self, then: Then) -> Insert<M> {
        Insert { conflict: Some(Conflict { target: self.target, then }), ..self.insert }
    }
}

/// ` VALUES ($1, $2)`, or ` SELECT $1, $2` if a condition follows. A column that gets its default is not in the list.
fn values<'w, M: Model>(columns: &[&GivenColumn], select: bool, out: &'w mut Writer) -> &'w mut Writer {
    out.push(if select { " SELECT " } else { " VALUES (" });
    let mut given = Vec::new();
    for (at, (name, bound)) in
        columns.iter().filter_map(|column| Some((column.declared.name, column.single()?))).enumerate()
    {
        out.push(if at > 0 { ", " } else { "" });
        given.push((
            name,
            out.noted(|out| {
                out.bind(bound);
            }),
        ));
    }
    out.given = taken::Given::of::<M>(given, String::new());
    out.push(if select { "" } else { ")" })
}

/// ` SELECT … FROM unnest(…)`
fn unnest<'w, M: Model>(columns: &[&GivenColumn], out: &'w mut Writer) -> Result<&'w mut Writer> {
    out.push(" SELECT ");
    let mut given = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let cast = column.cast().map_or_else(String::new, |cast| format!("::{cast}"));
        let value = format!("v{at}{cast}");
        given.push((column.declared.name, value.clone()));
        let or_default = match column.is_mixed() {
            true => format!("CASE WHEN g{at} THEN {value} ELSE {} END", default::<M>(column)?),
            false => value,
        };
        out.push(if at > 0 { ", " } else { "" }).push(&or_default);
    }
    let from = out.length();
    out.push(" FROM unnest(");
    let mut names = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        out.push(if at > 0 { ", " } else { "" }).bind(column.array());
        names.push(format!("v{at}"));
        if column.is_mixed() {
            out.push(", ").bind(column.flags());
            names.push(format!("g{at}"));
        }
    }
    out.push(&format!(") AS new ({})", names.join(", ")));
    out.given = taken::Given::of::<M>(given, out.since(from).to_owned());
    Ok(out)
}

/// The expression of a column's default, since a SELECT cannot contain `DEFAULT`.
fn default<M: Model>(column: &GivenColumn) -> Result<String> {
    let (name, ty) = (column.declared.name, column.sql_type());
    match column.declared.default {
        Some(DeclaredDefault::Sql(sql)) => Ok(format!("({sql})::{ty}")),
        Some(DeclaredDefault::Literal(literal)) => Ok(format!("{}::{ty}", literal())),
        None if column.declared.identity.is_some() => {
            Ok(format!("nextval(pg_get_serial_sequence({}, {}))::{ty}", literal(M::TABLE), literal(name)))
        }
        None => Err(Error::usage(format!("`{}` has no default for {}", M::DECLARED.model, ident(name)))
            .help("give every row a value, or give the column a default")),
    }
}

impl<M> Sealed for Insert<M> {}

impl<M: Model> Rows for Insert<M> {
    type Row = M;

    fn rows(self, at_most: Option<u64>) -> Result<Statement> {
        if at_most.is_some() && self.given.rows > 1 {
            let (model, rows) = (M::DECLARED.model, self.given.rows);
            let message =
                format!("{rows} rows of `{model}` are given to be inserted, and nothing was inserted");
            return Err(Error::too_many(message)
                .help("`one` and `first` insert one row at most: end with `all` or `execute`"));
        }
        let expected = if self.many { Expected::Many } else { Expected::One };
        self.statement(Some(expected))
    }
}

impl<M: Model> Changes for Insert<M> {
    fn change(self) -> Result<Statement> {
        self.statement(None)
    }
}
