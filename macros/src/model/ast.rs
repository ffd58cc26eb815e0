//! A model as written, before it is checked.

use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Type, Visibility};

use super::attr::{self, StructAttrs};
use super::field::{self, FieldAttrs};
use crate::errors::Errors;
use crate::{doc, name};

/// A struct with `#[derive(Model)]`.
pub struct Model<'a> {
    /// The struct's name.
    pub ident: &'a Ident,
    /// The visibility.
    pub visible: &'a Visibility,
    /// Its attributes.
    pub attrs: StructAttrs,
    /// The path of the crate Feedstock in the expansion.
    pub krate: Path,
    /// The doc comment.
    pub comment: Option<String>,
    /// All fields in order, including those that are no columns.
    pub fields: Vec<Field<'a>>,
}

/// A field.
pub struct Field<'a> {
    /// The field's name.
    pub ident: &'a Ident,
    /// Its type.
    pub ty: &'a Type,
    /// The visibility.
    pub visible: &'a Visibility,
    /// Its attributes.
    pub attrs: FieldAttrs,
    /// The doc comment.
    pub comment: Option<String>,
    /// The column's name.
    pub column: String,
}

impl<'a> Model<'a> {
    /// Reads the struct and its fields. `None` if it is not a struct with named fields.
    pub fn parse(input: &'a DeriveInput, attrs: StructAttrs, errors: &Errors) -> Option<Self> {
        refuse_generics(input, errors);
        let fields = named_fields(input, errors)?;
        let fields = fields.iter().map(|field| Field::parse(field, &attrs, errors)).collect();
        let krate = attr::krate(&attrs);
        let comment = doc::comment(&input.attrs).filter(|_| attrs.no_comments.is_none());
        Some(Model { ident: &input.ident, visible: &input.vis, attrs, krate, comment, fields })
    }

    /// The fields that are columns.
    pub fn columns(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.attrs.skip.is_none())
    }

    /// The column of a field that an option names.
    pub fn column(&self, named: &Ident) -> Option<&Field<'a>> {
        let named = name::plain(named);
        self.columns().find(|field| name::plain(field.ident) == named)
    }

    /// The table's name.
    pub fn table(&self) -> String {
        let snake = || name::snake_case(&name::plain(self.ident));
        self.attrs.table.as_ref().map_or_else(snake, LitStr::value)
    }
}

impl<'a> Field<'a> {
    fn parse(field: &'a syn::Field, model: &StructAttrs, errors: &Errors) -> Self {
        let ident = field.ident.as_ref().expect("the fields were found to have names");
        let attrs = field::parse(&field.attrs, ident, errors);
        let column = attrs.rename.as_ref().map_or_else(|| name::plain(ident), LitStr::value);
        let comment = doc::comment(&field.attrs).filter(|_| model.no_comments.is_none());
        Field { ident, ty: &field.ty, visible: &field.vis, attrs, comment, column }
    }

    /// The type in `Option<…>`, as far as the tokens show it; a type alias is not resolved.
    pub fn optional(&self) -> Option<&Type> {
        optional(self.ty)
    }
}

/// The type in `Option<…>`, as far as the tokens show it.
pub fn optional(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn refuse_generics(input: &DeriveInput, errors: &Errors) {
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "a model is one table and cannot have generic parameters or lifetimes: write the types out; a struct that \
             only reads rows may be generic and may borrow with `#[derive(Row)]`",
        );
    }
}

fn named_fields<'a>(input: &'a DeriveInput, errors: &Errors) -> Option<&'a Fields> {
    let message = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(_) => return Some(&data.fields),
            Fields::Unnamed(_) => {
                "the columns of a model need names: write `struct … { name: Type }`; for a newtype derive `Value`"
            }
            Fields::Unit => "a model needs a field for each column: write `struct … { name: Type }`",
        },
        Data::Enum(_) => {
            "a model is a struct; for a column with a few known values derive `PgEnum` or `TextEnum`"
        }
        Data::Union(_) => "a model is a struct: a union cannot be read from a row",
    };
    errors.at(&input.ident, message);
    None
}
