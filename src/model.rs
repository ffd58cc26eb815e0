//! The traits that the derives implement, and [`Declared`], the declaration of a model.
//!
//! A [`Declared`] is static data, with expressions as their author wrote them. It is not a schema: a schema is what
//! Postgres has created from it, inspected.

use crate::ident::ident;
use crate::query::{Bound, ByKey, CopyIn, Insert, New, Query, Save, Update};
use crate::row::Row;
use crate::types::Field;

/// A struct that is a table: `#[derive(Model)]`.
///
/// The constants, and the functions that return a `String`, are SQL for hand-written queries. Names in it are quoted,
/// and so are aliases: in the query, write an alias exactly as it is given here.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    label = "no table",
    note = "a model is a struct with `#[derive(feedstock::Model)]`"
)]
pub trait Model: for<'a> Row<'a> + 'static {
    /// The declaration of the table.
    const DECLARED: &'static Declared;
    /// The table's name in SQL: `"image_generations"`, with its schema if one is declared.
    const TABLE: &'static str;
    /// The columns in SQL, in the order of the fields: `"id", "prompt"`.
    const COLUMNS: &'static str;
    /// The condition of live rows: `"deleted_at" IS NULL`, or `true` without soft delete.
    const LIVE: &'static str;
    /// The column that every update sets to the current time, and the SQL expression for it.
    const UPDATED_AT: Option<(&'static str, &'static str)> = Self::DECLARED.updated_at;
    /// The column that every update increments, so that `save` does not overwrite a row that was changed meanwhile.
    const VERSION: Option<&'static str> = Self::DECLARED.version;

    /// A query for the live rows.
    fn query() -> Query<Self> {
        Query::new()
    }

    /// A query for the row with this primary key: `ImageGeneration::find(1001).one(db)`.
    fn find(key: Self::Key) -> Query<Self>
    where
        Self: Keyed,
    {
        Query::of_key(Self::bind_key(&key))
    }

    /// A query for this row, by its key: `image.itself().soft_delete(db)`.
    fn itself(&self) -> Query<Self>
    where
        Self: Keyed,
    {
        Query::of_key(self.own_key())
    }

    /// Inserts a row: `ImageGeneration::insert(NewImageGeneration::new(1, provider, prompt)).one(db)`.
    fn insert<N: New<Model = Self>>(row: N) -> Insert<Self> {
        Insert::one(&row)
    }

    /// Inserts any number of rows in one statement.
    fn insert_many<N: New<Model = Self>>(rows: impl IntoIterator<Item = N>) -> Insert<Self> {
        Insert::many(rows)
    }

    /// Inserts any number of rows by binary COPY, in constant memory: `ImageGeneration::copy_in(rows).execute(db)`.
    fn copy_in<I: IntoIterator<Item: New<Model = Self>>>(rows: I) -> CopyIn<I::IntoIter> {
        CopyIn::new(rows.into_iter())
    }

    /// Updates the live rows that a filter finds.
    fn update() -> Update<Self> {
        Update::new()
    }

    /// Updates the row with this key to the values of the struct: `image.save().one(db)`.
    fn save(&self) -> Save<Self>
    where
        Self: Keyed + New<Model = Self>,
    {
        Save::new(self)
    }

    /// The condition of live rows, qualified with an alias: `"g"."deleted_at" IS NULL`.
    fn live(alias: &str) -> String {
        live(Self::DECLARED, alias)
    }

    /// The columns, qualified with an alias: `"g"."id", "g"."prompt"`.
    fn columns(alias: &str) -> String {
        columns(Self::DECLARED, alias)
    }

    /// A SELECT of the live rows, to which ` AND …` or ` ORDER BY …` can be added.
    fn select() -> String {
        format!("SELECT {} FROM {} WHERE {}", Self::COLUMNS, Self::TABLE, Self::LIVE)
    }

    /// [`Model::select`] with an alias for the table.
    fn select_as(alias: &str) -> String {
        let columns = Self::columns(alias);
        format!("SELECT {columns} FROM {} {} WHERE {}", Self::TABLE, ident(alias), Self::live(alias))
    }
}

/// A model with a primary key. The derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no primary key",
    note = "mark a field `#[model(primary_key)]`, or name several on the struct: `#[model(primary_key(a, b))]`"
)]
pub trait Keyed: Model {
    /// The key's type; for several columns a tuple, in the order of the key.
    type Key;

    /// The values of the row's key, in the order of the key.
    fn own_key(&self) -> Vec<Bound>;

    /// The cache of the texts of queries by key.
    fn by_key() -> &'static ByKey;

    /// The values of a key.
    fn bind_key(key: &Self::Key) -> Vec<Bound>;
}

/// A model whose rows are soft-deleted: `#[model(soft_delete = deleted_at)]`. The derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no soft delete",
    note = "add a column and say `#[model(soft_delete = deleted_at)]` on the struct, which has a primary key",
    note = "rows of a model without soft delete are deleted with `delete`"
)]
pub trait SoftDelete: Keyed {}

/// A model whose rows are not soft-deleted, so that `delete` can mean one thing only. The derive implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has soft delete, and `delete` could mean two things",
    label = "say which",
    note = "`soft_delete` marks the rows as deleted, and `restore` brings them back",
    note = "`purge` deletes the rows for good"
)]
pub trait HardDelete: Model {}

fn live(declared: &Declared, alias: &str) -> String {
    declared
        .soft_delete
        .map_or_else(|| "true".to_owned(), |column| format!("{}.{} IS NULL", ident(alias), ident(column)))
}

fn columns(declared: &Declared, alias: &str) -> String {
    let alias = ident(alias);
    declared
        .columns
        .iter()
        .map(|column| format!("{alias}.{}", ident(column.name)))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The declaration of a table, by a struct with `#[derive(Model)]`.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// `module_path!()` of the struct; its first segment is the crate.
    pub module: &'static str,
    /// The struct's name.
    pub model: &'static str,
    /// The table's schema; `None` is `public`.
    pub schema: Option<&'static str>,
    /// The table's name.
    pub table: &'static str,
    /// The name that the table had before.
    pub renamed_from: Option<&'static str>,
    /// The table's comment, from the doc comment.
    pub comment: Option<&'static str>,
    /// The columns in the order of the fields.
    pub columns: &'static [DeclaredColumn],
    /// The primary key; `None` is a table without one.
    pub primary_key: Option<DeclaredKey>,
    /// The unique constraints, and the partial unique indexes (with `live` or `predicate`).
    pub uniques: &'static [DeclaredUnique],
    /// The indexes.
    pub indexes: &'static [DeclaredIndex],
    /// The checks.
    pub checks: &'static [DeclaredCheck],
    /// The exclusion constraints.
    pub excludes: &'static [DeclaredExclude],
    /// The foreign keys.
    pub foreign_keys: &'static [DeclaredForeignKey],
    /// The soft-delete column: the time at which a row was deleted; NULL in a live row.
    pub soft_delete: Option<&'static str>,
    /// The column that every update sets to the current time, and the SQL expression for it.
    pub updated_at: Option<(&'static str, &'static str)>,
    /// The column that every update increments.
    pub version: Option<&'static str>,
    /// The relations to other models, from `belongs_to` and `has_many`. They are used to load rows, and are not part of
    /// the schema.
    pub relations: &'static [DeclaredRelation],
    /// Is there a view of the live rows, named `live_` and the table's name?
    pub view: bool,
}

impl Declared {
    /// The declaration of a derive with errors.
    #[doc(hidden)]
    pub const NOTHING: Declared = Declared {
        module: "",
        model: "",
        schema: None,
        table: "",
        renamed_from: None,
        comment: None,
        columns: &[],
        primary_key: None,
        uniques: &[],
        indexes: &[],
        checks: &[],
        excludes: &[],
        foreign_keys: &[],
        soft_delete: None,
        updated_at: None,
        version: None,
        relations: &[],
        view: false,
    };
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredColumn {
    /// The column's name.
    pub name: &'static str,
    /// The name that the column had before.
    pub renamed_from: Option<&'static str>,
    /// The type that follows from the field's type.
    pub ty: SqlType,
    /// `sql_type = "…"`: replaces the type's name.
    pub sql_type: Option<&'static str>,
    /// May it be NULL?
    pub nullable: bool,
    /// The default.
    pub default: Option<DeclaredDefault>,
    /// An identity column.
    pub identity: Option<Identity>,
    /// `GENERATED ALWAYS AS (…) STORED`.
    pub generated: Option<&'static str>,
    /// A collation, as in SQL (`"C"` with quotes, or a bare name).
    pub collation: Option<&'static str>,
    /// The comment, from the doc comment.
    pub comment: Option<&'static str>,
}

impl DeclaredColumn {
    /// A column for a field of type `T`, without options, which the functions below add. These are calls and not fields
    /// of a struct expression, since they take half as long to compile.
    pub const fn of<T: Field>(name: &'static str, comment: Option<&'static str>) -> Self {
        DeclaredColumn {
            name,
            renamed_from: None,
            ty: T::TYPE,
            sql_type: None,
            nullable: T::NULLABLE,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            comment,
        }
    }

    /// Adds the name that the column had before.
    #[must_use]
    pub const fn renamed_from(self, name: &'static str) -> Self {
        DeclaredColumn { renamed_from: Some(name), ..self }
    }

    /// Adds a type, as written.
    #[must_use]
    pub const fn sql_type(self, ty: &'static str) -> Self {
        DeclaredColumn { sql_type: Some(ty), ..self }
    }

    /// Adds a default.
    #[must_use]
    pub const fn default(self, default: DeclaredDefault) -> Self {
        DeclaredColumn { default: Some(default), ..self }
    }

    /// Adds an identity, if there is one.
    #[must_use]
    pub const fn identity(self, identity: Option<Identity>) -> Self {
        DeclaredColumn { identity, ..self }
    }

    /// Adds a generation expression.
    #[must_use]
    pub const fn generated(self, expression: &'static str) -> Self {
        DeclaredColumn { generated: Some(expression), ..self }
    }

    /// Adds a collation.
    #[must_use]
    pub const fn collation(self, collation: &'static str) -> Self {
        DeclaredColumn { collation: Some(collation), ..self }
    }
}

/// The Postgres type that follows from a Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlType {
    /// The type's name in SQL (`integer` for `int4`), without array brackets. For an enum of a derive it is the name
    /// alone, unquoted, and `pg_enum` has the rest.
    pub name: &'static str,
    /// The number of array dimensions.
    pub dimensions: u8,
    /// The Postgres enum, for `derive(PgEnum)`.
    pub pg_enum: Option<&'static DeclaredEnum>,
    /// The texts that a `derive(TextEnum)` allows, for a check constraint on the column.
    pub labels: Option<&'static [&'static str]>,
}

impl SqlType {
    /// A type with this name.
    pub const fn named(name: &'static str) -> Self {
        SqlType { name, dimensions: 0, pg_enum: None, labels: None }
    }

    /// An array of this type.
    pub const fn array(self) -> Self {
        SqlType { dimensions: self.dimensions + 1, ..self }
    }
}

/// A Postgres enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredEnum {
    /// The schema; `None` is `public`.
    pub schema: Option<&'static str>,
    /// The type's name.
    pub name: &'static str,
    /// The name that the type had before.
    pub renamed_from: Option<&'static str>,
    /// The comment, from the doc comment.
    pub comment: Option<&'static str>,
    /// The labels, in order.
    pub labels: &'static [DeclaredLabel],
}

/// A label of a Postgres enum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeclaredLabel {
    /// The label.
    pub name: &'static str,
    /// The label that it had before.
    pub renamed_from: Option<&'static str>,
}

/// A column's default.
#[derive(Debug, Clone, Copy)]
pub enum DeclaredDefault {
    /// An expression as written.
    Sql(&'static str),
    /// A Rust value, as an SQL literal without a cast.
    Literal(fn() -> String),
}

/// The kind of an identity column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// `GENERATED ALWAYS AS IDENTITY`
    Always,
    /// `GENERATED BY DEFAULT AS IDENTITY`
    ByDefault,
}

/// A primary key.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredKey {
    /// The constraint's name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The columns in order.
    pub columns: &'static [&'static str],
}

/// A unique constraint, or a partial unique index.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredUnique {
    /// The name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The columns in order.
    pub columns: &'static [&'static str],
    /// A partial unique index of live rows.
    pub live: bool,
    /// A partial unique index with this predicate, as written.
    pub predicate: Option<&'static str>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub deferrable: Deferrable,
    /// Further columns, `INCLUDE (…)`.
    pub include: &'static [&'static str],
}

/// An index.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredIndex {
    /// The name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The access method; `None` is btree.
    pub method: Option<&'static str>,
    /// A unique index (for expressions; for columns, declare a unique constraint).
    pub unique: bool,
    /// The keys, in order.
    pub keys: &'static [DeclaredIndexKey],
    /// Further columns, `INCLUDE (…)`.
    pub include: &'static [&'static str],
    /// A partial index of live rows.
    pub live: bool,
    /// A predicate, as written; with `live`, both conditions apply.
    pub predicate: Option<&'static str>,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// Storage parameters as written: `fillfactor = 70`.
    pub with: Option<&'static str>,
}

/// One key of an index.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredIndexKey {
    /// A column or an expression.
    pub on: IndexOn,
    /// The direction; `None` is the default (ascending).
    pub descending: bool,
    /// `NULLS FIRST` (true), `NULLS LAST` (false), or the default of the direction.
    pub nulls_first: Option<bool>,
    /// The operator class, as in SQL.
    pub opclass: Option<&'static str>,
    /// The collation, as in SQL.
    pub collation: Option<&'static str>,
}

/// The column or expression of an index key.
#[derive(Debug, Clone, Copy)]
pub enum IndexOn {
    /// A column by name.
    Column(&'static str),
    /// An expression as written.
    Expression(&'static str),
}

/// A check.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredCheck {
    /// The name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The column on whose field it was written; Postgres uses it in the name that it chooses.
    pub column: Option<&'static str>,
    /// The expression as written.
    pub expression: &'static str,
}

/// An exclusion constraint.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredExclude {
    /// The name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The definition after `EXCLUDE`, as written: `USING gist (room WITH =, during WITH &&)`.
    pub definition: &'static str,
}

/// A foreign key.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredForeignKey {
    /// The name; `None` is the name that Postgres chooses.
    pub name: Option<&'static str>,
    /// The referencing columns in order.
    pub columns: &'static [&'static str],
    /// The referenced table.
    pub target: Target,
    /// The referenced columns; none means the primary key.
    pub target_columns: &'static [&'static str],
    /// `ON DELETE`; `None` is `NO ACTION`.
    pub on_delete: Option<Action>,
    /// `ON UPDATE`; `None` is `NO ACTION`.
    pub on_update: Option<Action>,
    /// When it is checked.
    pub deferrable: Deferrable,
}

/// A relation to another model.
#[derive(Debug, Clone, Copy)]
pub struct DeclaredRelation {
    /// The relation's name; for `belongs_to` that of the field without `_id`.
    pub name: &'static str,
    /// Which side has the foreign key.
    pub kind: RelationKind,
    /// The other model.
    pub target: fn() -> &'static Declared,
    /// The foreign key column: of this model for `belongs_to`, of the other model for `has_many`.
    pub column: &'static str,
    /// What a soft delete of this row does to the others; for `has_many` only.
    pub on_soft_delete: OnSoftDelete,
    /// Is it refused to insert rows with a deleted parent? For `belongs_to` only.
    pub restrict_deleted_parent: bool,
}

/// What a soft delete of a row does to the rows that refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnSoftDelete {
    /// Nothing: they remain live, and refer to a deleted row.
    Ignore,
    /// They are deleted with it, and restored with it.
    Cascade,
    /// Their foreign keys become NULL; a restore does not undo this.
    SetNull,
    /// If live rows refer to it, the row is not deleted.
    Restrict,
}

/// Which side of a relation has the foreign key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    /// This model has the foreign key.
    BelongsTo,
    /// The other model has the foreign key.
    HasMany,
}

/// The table that a foreign key refers to.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// A model, as a function, since constants that refer to each other do not compile.
    Model(fn() -> &'static Declared),
    /// A table without a model: its schema (`None` is `public`) and name.
    Table(Option<&'static str>, &'static str),
}

/// The action of a foreign key on the referencing rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `RESTRICT`
    Restrict,
    /// `CASCADE`
    Cascade,
    /// `SET NULL`
    SetNull,
    /// `SET DEFAULT`
    SetDefault,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deferrable {
    /// `NOT DEFERRABLE`: at each statement.
    No,
    /// `INITIALLY IMMEDIATE`: at each statement, unless a transaction defers it.
    InitiallyImmediate,
    /// `INITIALLY DEFERRED`: at commit.
    InitiallyDeferred,
}
