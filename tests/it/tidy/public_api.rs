//! What a user of the library can name, held by `tests/it/public_api.txt`: a change of it is seen in a review.
//!
//! The sources are read as they are written, so what macros by example expand to is not in the list, nor is what the
//! compiler adds (`Send`, `Unpin`). `FEEDSTOCK_BLESS=1` writes the list anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, TraitItem, UseTree, Visibility};

use super::files;

const LIST: &str = "tests/it/public_api.txt";

#[test]
fn the_public_api_is_the_one_that_was_reviewed() {
    let sources: BTreeMap<_, _> = files().into_iter().map(|file| (file.path, file.text)).collect();
    let found = Api::of(&sources).list();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(LIST);
    if std::env::var_os("FEEDSTOCK_BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let only = |one: &str, other: &str, sign: &str| {
        let other: BTreeSet<&str> = other.lines().collect();
        one.lines()
            .filter(|line| !other.contains(line))
            .map(|line| format!("  {sign} {line}\n"))
            .collect::<String>()
    };
    assert!(
        found == expected,
        "the public API is another one than {LIST} says; FEEDSTOCK_BLESS=1 writes it:\n{}{}",
        only(&expected, &found, "-"),
        only(&found, &expected, "+"),
    );
}

/// A module or an item: the modules above it, and its name.
type Place = Vec<String>;

/// What a module holds.
#[derive(Default)]
struct Module {
    /// Modules and items that it defines, and what else has their names: a derive beside a trait, a macro.
    defined: BTreeMap<String, Vec<Item>>,
    /// Names that it imports: what for, and whether others see them.
    imported: Vec<Import>,
}

struct Import {
    /// `None` is everything that is public there.
    name: Option<String>,
    path: Place,
    attributes: Vec<Attribute>,
    is_public: bool,
}

/// The sources of the library, by module.
struct Api {
    modules: BTreeMap<Place, Module>,
    /// Blocks of `impl`, with the module in which they stand.
    impls: Vec<(Place, syn::ItemImpl)>,
}

impl Api {
    fn of(sources: &BTreeMap<String, String>) -> Self {
        let mut api = Api { modules: BTreeMap::new(), impls: Vec::new() };
        api.read("src/lib.rs", Vec::new(), sources);
        api
    }

    fn read(&mut self, path: &str, place: Place, sources: &BTreeMap<String, String>) {
        let syntax = syn::parse_file(&sources[path]).unwrap_or_else(|error| panic!("{path}: {error}"));
        // `src/a.rs` and `src/a/mod.rs` have their modules in `src/a`.
        let directory = path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib");
        self.add(syntax.items, place, directory, sources);
    }

    fn add(&mut self, items: Vec<Item>, place: Place, directory: &str, sources: &BTreeMap<String, String>) {
        let mut module = Module::default();
        for item in items {
            match item {
                Item::Use(import) => {
                    let is_public = is_public(&import.vis);
                    import_tree(&import.tree, Vec::new(), &mut |name, path| {
                        let attributes = import.attrs.clone();
                        module.imported.push(Import { name, path, attributes, is_public });
                    });
                }
                Item::Impl(block) => self.impls.push((place.clone(), block)),
                Item::Mod(mut inner) if !is_test(&inner.attrs) => {
                    let name = inner.ident.to_string();
                    let below = [place.clone(), vec![name.clone()]].concat();
                    let inside = format!("{directory}/{name}");
                    match inner.content.take() {
                        Some((_, items)) => self.add(items, below, &inside, sources),
                        None => {
                            let files = [format!("{inside}.rs"), format!("{inside}/mod.rs")];
                            let named = named_path(&inner.attrs).map(|file| format!("{directory}/{file}"));
                            let file = named.into_iter().chain(files).find(|file| sources.contains_key(file));
                            self.read(&file.unwrap_or_else(|| panic!("no file of {inside}")), below, sources);
                        }
                    }
                    module.defined.entry(name).or_default().push(Item::Mod(inner));
                }
                item => {
                    if let Some(name) = name_of(&item) {
                        module.defined.entry(name).or_default().push(item);
                    }
                }
            }
        }
        self.modules.insert(place, module);
    }

    /// Where what a path means in a module is defined; of another crate the path alone is known.
    fn resolve(&self, from: &Place, path: &[String]) -> Option<Place> {
        self.resolve_within(from, path, 16)
    }

    fn resolve_within(&self, from: &Place, path: &[String], depth: usize) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        let depth = depth.checked_sub(1)?;
        let start = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            name => {
                let module = self.modules.get(from)?;
                if module.defined.contains_key(name) {
                    [from.clone(), vec![name.to_owned()]].concat()
                } else {
                    module.imported.iter().find_map(|import| {
                        let path = match &import.name {
                            Some(imported) if imported == name => import.path.clone(),
                            Some(_) => return None,
                            None => [import.path.clone(), vec![name.to_owned()]].concat(),
                        };
                        self.resolve_within(from, &path, depth)
                    })?
                }
            }
        };
        if rest.is_empty() { Some(start) } else { self.resolve_within(&start, rest, depth) }
    }

    /// The whole list.
    fn list(&self) -> String {
        let mut lines = Lines::default();
        self.module(&Vec::new(), "feedstock", &[], &mut lines);
        lines.text()
    }

    fn module(&self, place: &Place, path: &str, above: &[String], lines: &mut Lines) {
        let Some(module) = self.modules.get(place) else { return };
        for (name, items) in &module.defined {
            for item in items.iter().filter(|item| is_shown(item)) {
                let below = [place.clone(), vec![name.clone()]].concat();
                self.item(&below, item, &format!("{path}::{name}"), above, lines);
            }
        }
        for import in
            module.imported.iter().filter(|import| import.is_public && !is_hidden(&import.attributes))
        {
            let above = [above, &features(&import.attributes)].concat();
            let Some(name) = &import.name else {
                let from =
                    self.resolve(place, &import.path).unwrap_or_else(|| panic!("{path}: {:?}", import.path));
                self.module(&from, path, &above, lines);
                continue;
            };
            let path = format!("{path}::{name}");
            let Some(defined) = self.resolve(place, &import.path) else {
                lines.add(&path, &above, format!("use {}", import.path.join("::")));
                continue;
            };
            let (last, parent) = defined.split_last().expect("a name");
            for item in &self.modules[parent].defined[last] {
                self.item(&defined, item, &path, &above, lines);
            }
        }
    }

    fn item(&self, place: &Place, item: &Item, path: &str, above: &[String], lines: &mut Lines) {
        let above = [above, &features(attributes(item))].concat();
        if let Item::Mod(_) = item {
            return self.module(place, path, &above, lines);
        }
        lines.0.entry(path.to_owned()).or_default().place = Some(place.clone());
        lines.add(path, &above, signature(item));
        let impls = self.impls.iter().filter(|(module, block)| {
            self.of_type(module, &block.self_ty).as_ref() == Some(place) && !is_hidden(&block.attrs)
        });
        for (_, block) in impls {
            let above = [&above[..], &features(&block.attrs)].concat();
            let generics = text(&block.generics);
            let bounds = block.generics.where_clause.as_ref().map(|bounds| format!(" {}", text(bounds)));
            let bounds = bounds.unwrap_or_default();
            let this = text(&block.self_ty);
            if let Some((of, _)) = &block.trait_ {
                lines.add(path, &above, format!("impl{generics} {} for {this}{bounds}", text(of)));
                continue;
            }
            for item in &block.items {
                let (shown, attributes, text) = match item {
                    ImplItem::Fn(it) => (is_public(&it.vis), &it.attrs, text(&it.sig)),
                    ImplItem::Const(it) => {
                        (is_public(&it.vis), &it.attrs, format!("const {}: {}", it.ident, text(&it.ty)))
                    }
                    _ => continue,
                };
                if shown && !is_hidden(attributes) {
                    let above = [&above[..], &features(attributes)].concat();
                    lines.add(path, &above, format!("impl{generics} {this}{bounds}: {text}"));
                }
            }
        }
    }

    fn of_type(&self, module: &Place, of: &syn::Type) -> Option<Place> {
        let syn::Type::Path(of) = of else { return None };
        let path: Vec<String> = of.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.resolve(module, &path)
    }
}

/// What is said of each path, in order.
#[derive(Default)]
struct Lines(BTreeMap<String, Said>);

#[derive(Default)]
struct Said {
    /// Where it is defined, if that is here.
    place: Option<Place>,
    lines: BTreeSet<String>,
}

impl Lines {
    fn add(&mut self, path: &str, features: &[String], line: String) {
        let features: BTreeSet<&str> = features.iter().map(String::as_str).collect();
        let features: Vec<&str> = features.into_iter().collect();
        let with = if features.is_empty() { String::new() } else { format!("[{}] ", features.join(", ")) };
        self.0.entry(path.to_owned()).or_default().lines.insert(format!("{with}{line}"));
    }

    /// Of one thing with several paths everything is said at the shortest.
    fn text(&self) -> String {
        let mut shortest: BTreeMap<&Place, &String> = BTreeMap::new();
        for (path, said) in &self.0 {
            if let Some(place) = &said.place {
                let best = shortest.entry(place).or_insert(path);
                if path.matches("::").count() < best.matches("::").count() {
                    *best = path;
                }
            }
        }
        let mut text = String::new();
        for (path, said) in &self.0 {
            text.push_str(path);
            match said.place.as_ref().map(|place| shortest[place]).filter(|shortest| *shortest != path) {
                Some(shortest) => text.push_str(&format!(" is {shortest}\n")),
                None => said.lines.iter().for_each(|line| text.push_str(&format!("\n    {line}"))),
            }
            if !text.ends_with('\n') {
                text.push('\n');
            }
        }
        text
    }
}

/// An item without its body, what nobody else sees, and its documentation.
fn signature(item: &Item) -> String {
    let mut item = item.clone();
    let kept = |attributes: &mut Vec<Attribute>| {
        attributes.retain(|it| {
            ["derive", "non_exhaustive", "must_use"].iter().any(|name| it.path().is_ident(name))
        });
    };
    let fields = |fields: &mut Fields, of_enum: bool| {
        let mut hides = false;
        if let Fields::Named(named) = fields {
            let all = std::mem::take(&mut named.named);
            let count = all.len();
            named.named = all.into_iter().filter(|field| of_enum || is_public(&field.vis)).collect();
            hides = named.named.len() < count;
        }
        if let Fields::Unnamed(unnamed) = fields {
            hides = !of_enum && unnamed.unnamed.iter().any(|field| !is_public(&field.vis));
            if hides {
                unnamed.unnamed.clear();
            }
        }
        fields.iter_mut().for_each(|field| field.attrs.clear());
        hides
    };
    let mut private = "";
    match &mut item {
        Item::Struct(it) => {
            kept(&mut it.attrs);
            private = if fields(&mut it.fields, false) { " and private fields" } else { "" };
        }
        Item::Enum(it) => {
            kept(&mut it.attrs);
            for variant in &mut it.variants {
                kept(&mut variant.attrs);
                fields(&mut variant.fields, true);
            }
        }
        Item::Fn(it) => {
            kept(&mut it.attrs);
            let attributes: String = it.attrs.iter().map(|it| text(it) + " ").collect();
            return format!("{attributes}{}", text(&it.sig));
        }
        Item::Const(it) => return format!("const {}: {}", it.ident, text(&it.ty)),
        Item::Static(it) => return format!("static {}: {}", it.ident, text(&it.ty)),
        Item::Macro(it) => return format!("macro {}", it.ident.as_ref().expect("a name")),
        Item::Trait(it) => {
            kept(&mut it.attrs);
            it.items.retain(|item| match item {
                TraitItem::Fn(it) => !is_hidden(&it.attrs),
                TraitItem::Const(it) => !is_hidden(&it.attrs),
                TraitItem::Type(it) => !is_hidden(&it.attrs),
                _ => true,
            });
            for item in &mut it.items {
                match item {
                    TraitItem::Fn(it) => {
                        it.attrs.clear();
                        it.default = None;
                        it.semi_token = Some(Default::default());
                    }
                    TraitItem::Const(it) => it.attrs.clear(),
                    TraitItem::Type(it) => it.attrs.clear(),
                    _ => {}
                }
            }
        }
        Item::Type(it) => it.attrs.clear(),
        _ => {}
    }
    text(&item) + private
}

/// Tokens with blanks where people write them.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    write(tokens.to_token_stream(), &mut text);
    text.trim().replace(", }", " }").replace(", )", ")").replace(",)", ")").replace(",>", ">")
}

fn write(tokens: TokenStream, to: &mut String) {
    let mut joint = false;
    for token in tokens {
        let is_word = |text: &str| text.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"');
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::Brace => (" { ", " }"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                to.push_str(open);
                write(group.stream(), to);
                to.push_str(if to.ends_with(' ') { close.trim_start() } else { close });
            }
            TokenTree::Punct(punct) => {
                let sign = punct.as_char();
                let spaced =
                    matches!(sign, '=' | '+' | '|') || sign == '-' && punct.spacing() == Spacing::Joint;
                if spaced && !joint && !to.ends_with(' ') {
                    to.push(' ');
                }
                if matches!(sign, '&' | '\'' | '#' | '?') && (is_word(to) || sign == '#' && to.ends_with(']'))
                {
                    to.push(' ');
                }
                to.push(sign);
                let alone = punct.spacing() == Spacing::Alone;
                let arrow = sign == '>' && joint && to.ends_with("->");
                if alone && matches!(sign, ',' | ';' | ':' | '=' | '+' | '|') && !to.ends_with("::") || arrow
                {
                    to.push(' ');
                }
                joint = !alone;
                continue;
            }
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                let joins = to.ends_with(['>', ']', ')']) && !to.ends_with("->");
                if is_word(to) || joins {
                    to.push(' ');
                }
                to.push_str(&token.to_string());
            }
        }
        joint = false;
    }
}

fn import_tree(tree: &UseTree, before: Place, add: &mut impl FnMut(Option<String>, Place)) {
    let with = |name: String| [before.clone(), vec![name]].concat();
    match tree {
        UseTree::Path(path) => import_tree(&path.tree, with(path.ident.to_string()), add),
        UseTree::Name(name) if name.ident == "self" => add(before.last().cloned(), before),
        UseTree::Name(name) => add(Some(name.ident.to_string()), with(name.ident.to_string())),
        UseTree::Rename(rename) => add(Some(rename.rename.to_string()), with(rename.ident.to_string())),
        UseTree::Glob(_) => add(None, before),
        UseTree::Group(group) => group.items.iter().for_each(|tree| import_tree(tree, before.clone(), add)),
    }
}

fn is_shown(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(it) => &it.vis,
        Item::Enum(it) => &it.vis,
        Item::Fn(it) => &it.vis,
        Item::Mod(it) => &it.vis,
        Item::Static(it) => &it.vis,
        Item::Struct(it) => &it.vis,
        Item::Trait(it) => &it.vis,
        Item::Type(it) => &it.vis,
        Item::Macro(it) => return it.attrs.iter().any(|it| it.path().is_ident("macro_export")),
        _ => return false,
    };
    is_public(visibility) && !is_hidden(attributes(item))
}

fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(it) => it.ident.to_string(),
        Item::Enum(it) => it.ident.to_string(),
        Item::Fn(it) => it.sig.ident.to_string(),
        Item::Static(it) => it.ident.to_string(),
        Item::Struct(it) => it.ident.to_string(),
        Item::Trait(it) => it.ident.to_string(),
        Item::Type(it) => it.ident.to_string(),
        Item::Macro(it) => it.ident.as_ref()?.to_string(),
        _ => return None,
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        _ => &[],
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|it| it.path().is_ident("doc") && it.to_token_stream().to_string().contains("hidden"))
}

fn is_test(attributes: &[Attribute]) -> bool {
    conditions(attributes).any(|condition| condition == "test")
}

fn conditions(attributes: &[Attribute]) -> impl Iterator<Item = String> {
    let conditions = attributes.iter().filter(|it| it.path().is_ident("cfg"));
    conditions.filter_map(|it| Some(it.meta.require_list().ok()?.tokens.to_string()))
}

/// The features without which something is not there.
fn features(attributes: &[Attribute]) -> Vec<String> {
    conditions(attributes).map(|it| it.replace("feature = ", "").replace('"', "")).collect()
}

/// The file that `#[path = …]` names.
fn named_path(attributes: &[Attribute]) -> Option<String> {
    let path = attributes.iter().find(|it| it.path().is_ident("path"))?;
    let syn::Expr::Lit(value) = &path.meta.require_name_value().ok()?.value else { return None };
    if let syn::Lit::Str(file) = &value.lit { Some(file.value()) } else { None }
}

#[test]
fn what_can_be_named_is_listed_and_nothing_else() {
    let sources = [
        (
            "src/lib.rs",
            "mod inner; pub mod open { pub(crate) struct No; pub fn yes(of: &str) -> Option<u8> { None } }
             #[doc(hidden)] pub mod internals; #[cfg(feature = \"x\")] pub use inner::Deep as Renamed;
             pub use inner::all::*; pub use other::Thing; pub mod again { pub use crate::inner::Deep; } mod private { pub struct Unseen; }",
        ),
        (
            "src/inner.rs",
            "pub mod all; mod deep; pub use deep::Deep; impl Deep { pub fn one(&self) {} fn two() {} }
             impl Clone for Deep { fn clone(&self) -> Self { todo() } }",
        ),
        ("src/inner/deep.rs", "#[derive(Debug)] #[non_exhaustive] pub struct Deep { pub a: u8, b: u8 }"),
        ("src/inner/all.rs", "pub enum Kind { A(u8), B { c: Vec<u8> } } pub trait T { fn f(&self) -> u8 { 1 } }"),
        ("src/internals.rs", "pub struct Hidden;"),
    ];
    let sources = sources.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let expected = "\
feedstock::Kind
    pub enum Kind { A(u8), B { c: Vec<u8> } }
feedstock::Renamed
    [x] #[derive(Debug)] #[non_exhaustive] pub struct Deep { pub a: u8 } and private fields
    [x] impl Clone for Deep
    [x] impl Deep: fn one(&self)
feedstock::T
    pub trait T { fn f(&self) -> u8; }
feedstock::Thing
    use other::Thing
feedstock::again::Deep is feedstock::Renamed
feedstock::open::yes
    fn yes(of: &str) -> Option<u8>
";
    assert_eq!(Api::of(&BTreeMap::from(sources)).list(), expected);
}
