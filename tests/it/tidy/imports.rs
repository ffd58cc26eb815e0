//! Who may import whom: top to bottom only, no circle.

use std::collections::BTreeMap;

use syn::visit::{self, Visit};

use super::{File, files, no_complaints};

/// The library's modules from the bottom up. A module imports from the layers below its own; within a layer it
/// imports nothing of its neighbours. A new module gets its place here.
const LAYERS: &[&[&str]] = &[
    &["error", "ident", "interrupt", "schema", "text_file", "text_settings"],
    SERVICE,
    &["client"],
    &["config", "connect", "report", "sql"],
    &["pin"],
    &["server", "migration", "ddl", "inspect"],
    &["diff"],
    &["plan"],
    &["prove", "runner"],
    &["lint", "preflight", "source"],
    &["cli", "internals"],
];

/// What a service links. These describe one another, so they are one layer with free imports inside; of the
/// migration half they know nothing.
const SERVICE: &[&str] = &["model", "models", "types", "row", "query", "soft_delete", "private"];

/// A module, and the module above it that it re-exports for users (`feedstock::query::blocking`) and does not use itself.
const REEXPORTED: &[(&str, &str)] = &[("query", "client")];

/// What every module may import.
const EVERYWHERE: &[&str] = &["error", "ident"];

/// These only compute.
const WITHOUT_IO: &[&str] = &["schema", "diff", "plan"];

/// The crates and modules through which a program does IO.
const IO: &[&str] = &[
    "postgres",
    "refinery",
    "tokio_postgres",
    "tempfile",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
];

#[test]
fn imports_point_down() {
    let files = files();
    let library = files.iter().find(|file| file.path == "src/lib.rs").unwrap();
    let reexports = reexports(&library.text);
    no_complaints(
        files.iter().filter(|file| file.is_source()).flat_map(|file| upward(file, &reexports)).collect(),
    );
}

#[test]
fn what_only_computes_does_no_io() {
    no_complaints(files().iter().filter(|file| file.is_source()).flat_map(io).collect());
}

#[test]
fn refinery_runs_only_behind_the_guard() {
    no_complaints(files().iter().filter(|file| file.is_source()).flat_map(unguarded).collect());
}

/// The modules that `file` imports and may not.
fn upward(file: &File, reexports: &BTreeMap<String, String>) -> Vec<String> {
    // The root of the library names all of its modules, and the program none but the library.
    let Some(importer) = module(&file.path).into_iter().next() else { return Vec::new() };
    if layer(&importer).is_none() {
        return vec![format!("{}: the module `{importer}` has no place in LAYERS", file.path)];
    }
    let mut complaints = Vec::new();
    for path in paths(file) {
        let Some(imported) = path.strip_prefix("crate::").and_then(|rest| rest.split("::").next()) else {
            continue;
        };
        let imported = reexports.get(imported).map_or(imported, String::as_str);
        // Macros by example and the crate's own inner modules have no layer.
        if imported == importer || layer(imported).is_none() {
            continue;
        }
        let reexported =
            file.path == format!("src/{importer}.rs") && REEXPORTED.contains(&(&importer, imported));
        if !reexported && !may_import(&importer, imported) {
            complaints.push(format!("{}: `{importer}` may not import `{imported}` ({path})", file.path));
        }
    }
    complaints
}

fn may_import(importer: &str, imported: &str) -> bool {
    if importer == "schema" {
        return false;
    }
    let together = SERVICE.contains(&importer) && SERVICE.contains(&imported);
    let below = layer(imported) < layer(importer);
    // Of what is below it, the service half imports itself and what is everybody's.
    let is_service = SERVICE.contains(&importer) || importer == "client";
    let known = !is_service || SERVICE.contains(&imported) || EVERYWHERE.contains(&imported);
    together
        || (below && known)
        || (importer != imported && EVERYWHERE.contains(&imported) && importer != "error")
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn io(file: &File) -> Vec<String> {
    let module = module(&file.path);
    if !module.first().is_some_and(|module| WITHOUT_IO.contains(&module.as_str())) {
        return Vec::new();
    }
    let is_io = |path: &String| IO.iter().any(|io| path == io || path.starts_with(&format!("{io}::")));
    let found = paths(file).into_iter().filter(is_io);
    found
        .map(|path| format!("{}: `{}` does no IO, and this is some ({path})", file.path, module[0]))
        .collect()
}

fn unguarded(file: &File) -> Vec<String> {
    if module(&file.path).first().is_some_and(|module| module == "runner") {
        return Vec::new();
    }
    let runs = |path: &String| {
        ["refinery", "refinery_core"].iter().any(|name| path.starts_with(&format!("{name}::")))
            && path.split("::").any(|part| ["Runner", "embed_migrations", "traits", "*"].contains(&part))
    };
    let found = paths(file).into_iter().filter(runs);
    found.map(|path| format!("{}: only src/runner may run refinery ({path})", file.path)).collect()
}

/// `src/a/b.rs` is `a::b`, `src/a.rs` and `src/a/mod.rs` are `a`, `src/lib.rs` is the root.
pub fn module(path: &str) -> Vec<String> {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    if path == "lib" || path == "main" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// The names that the library's root re-exports, each with its module.
pub fn reexports(library: &str) -> BTreeMap<String, String> {
    let root = File { path: "src/lib.rs".into(), text: library.into() };
    let inner = paths(&root).into_iter().filter_map(|path| {
        let path = path.strip_prefix("crate::").unwrap_or(&path).to_owned();
        let (module, name) = (path.split("::").next()?.to_owned(), path.rsplit("::").next()?.to_owned());
        layer(&module).is_some_and(|_| module != name).then_some((name, module))
    });
    inner.collect()
}

/// Every path in a file, unit tests left out: `crate::…` for the crate's own, else as written.
pub fn paths(file: &File) -> Vec<String> {
    let syntax = syn::parse_file(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
    let mut collector = Collector { module: module(&file.path), paths: Vec::new() };
    collector.visit_file(&syntax);
    collector.paths
}

struct Collector {
    module: Vec<String>,
    paths: Vec<String>,
}

impl Collector {
    fn add(&mut self, segments: &[String]) {
        let supers = segments.iter().take_while(|segment| *segment == "super").count();
        let own = segments.first().is_some_and(|first| first == "self");
        if supers == 0 && !own {
            self.paths.push(segments.join("::"));
            return;
        }
        let kept = self.module.len().saturating_sub(supers);
        let inside = self.module[..kept].iter().chain(&segments[supers + usize::from(own)..]);
        self.paths.push(["crate".to_owned()].iter().chain(inside).cloned().collect::<Vec<_>>().join("::"));
    }

    fn add_tree(&mut self, before: &[String], tree: &syn::UseTree) {
        let with = |name: String| [before, &[name]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_tree(&with(path.ident.to_string()), &path.tree),
            syn::UseTree::Name(name) if name.ident == "self" => self.add(before),
            syn::UseTree::Name(name) => self.add(&with(name.ident.to_string())),
            syn::UseTree::Rename(rename) => self.add(&with(rename.ident.to_string())),
            syn::UseTree::Glob(_) => self.add(&with("*".to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
        }
    }

    /// The arguments of a macro are tokens, in which a path is names with colons between.
    fn add_tokens(&mut self, tokens: &str) {
        let tokens = tokens.replace(" :: ", "::").replace(":: ", "::").replace(" ::", "::");
        let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        for word in tokens.split(|c| !is_path(c)).filter(|word| word.contains("::")) {
            self.add(&word.trim_matches(':').split("::").map(str::to_owned).collect::<Vec<_>>());
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.add_tree(&[], &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.add(&path.segments.iter().map(|segment| segment.ident.to_string()).collect::<Vec<_>>());
        }
        visit::visit_path(self, path);
    }

    /// `pub(in crate::plan)` names where something is visible, and imports nothing.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.add_tokens(&call.tokens.to_string());
        visit::visit_macro(self, call);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
        };
        if item.attrs.iter().any(is_test) {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }
}

fn file(path: &str, text: &str) -> File {
    File { path: path.into(), text: text.into() }
}

#[test]
fn an_import_upward_is_seen_in_every_form() {
    let reexports = reexports("mod plan; pub use plan::{Plan, Options}; pub use error::Error;");
    let complaints = |path: &str, text: &str| upward(&file(path, text), &reexports).len();
    for (path, text) in [
        ("src/schema.rs", "use crate::error::Error;"),
        ("src/diff/mod.rs", "use crate::plan::Plan;"),
        ("src/diff/mod.rs", "use crate::{schema::Schema, plan};"),
        ("src/diff/column.rs", "use super::super::plan::Plan;"),
        ("src/diff/mod.rs", "use crate::Plan;"),
        ("src/diff/mod.rs", "fn f(plan: &crate::plan::Plan) {}"),
        ("src/diff/mod.rs", "fn f() { println!(\"{}\", crate::plan::name()); }"),
        ("src/diff/mod.rs", "mod inner { use super::super::plan::Plan; }"),
        ("src/ddl/mod.rs", "use crate::inspect::inspect;"),
        ("src/error.rs", "use crate::ident::ident;"),
        ("src/model.rs", "use crate::schema::Schema;"),
        ("src/row/shape.rs", "use crate::migration::Migrations;"),
        ("src/query/select.rs", "use crate::client::blocking::Run;"),
        ("src/soft_delete.rs", "use crate::client::blocking;"),
        ("src/client/blocking.rs", "use crate::schema::Schema;"),
        ("src/novelty.rs", "fn f() {}"),
    ] {
        assert_eq!(complaints(path, text), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("src/plan/mod.rs", "use crate::{Error, diff::Changes, schema::Schema}; use super::plan::Other;"),
        ("src/row.rs", "use crate::types::Decode; use crate::Error;"),
        ("src/ddl/mod.rs", "mod column; use self::column::f; use crate::model::Declared;"),
        ("src/schema.rs", "#[cfg(test)] mod tests { use crate::error::Error; }"),
        ("src/client/blocking.rs", "use crate::query::Statement; use crate::Error;"),
        ("src/query.rs", "pub use crate::client::blocking;"),
        ("src/lib.rs", "pub use plan::Plan;"),
    ] {
        assert_eq!(complaints(path, text), 0, "{path}: {text}");
    }
}

#[test]
fn io_is_seen() {
    for text in ["use std::{fmt, fs};", "use postgres::Client;", "fn f() { std::process::exit(1) }"] {
        assert_eq!(io(&file("src/plan/order.rs", text)).len(), 1, "{text}");
        assert_eq!(io(&file("src/prove/mod.rs", text)).len(), 0, "{text}");
    }
    assert_eq!(io(&file("src/plan/order.rs", "use std::fmt::Write; use postgres_types::Type;")).len(), 0);
}

#[test]
fn an_unguarded_run_is_seen() {
    for text in ["use refinery::Runner;", "use refinery::*;", "fn f() { refinery::Runner::new(&[]) }"] {
        assert_eq!(unguarded(&file("src/cli/apply.rs", text)).len(), 1, "{text}");
        assert_eq!(unguarded(&file("src/runner/guard.rs", text)).len(), 0, "{text}");
        assert_eq!(unguarded(&file("src/runner.rs", text)).len(), 0, "{text}");
    }
    assert_eq!(unguarded(&file("src/migration.rs", "use refinery_core::Migration;")).len(), 0);
}
