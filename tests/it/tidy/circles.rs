//! No circle of files: whoever reads one can read those below it first.
//!
//! A path stands for the file that defines it: what a module passes on with `use` is followed to where it comes from.
//! Unit tests are left out, and so is the root, which names everything.

use std::collections::{BTreeMap, BTreeSet};

use super::imports::{module, paths, reexports};
use super::{File, files, no_complaints};

#[test]
fn no_file_needs_itself() {
    let files: Vec<File> = files().into_iter().filter(File::is_source).collect();
    no_complaints(circles(&files));
}

/// The trait `Model` names the builders that its methods give, and the builders are about models: its signature is where
/// both meet, and says nothing of how either works.
const SIGNATURES: &[&str] = &["model"];

/// The circles, a line each.
fn circles(files: &[File]) -> Vec<String> {
    let needs = Needs::of(files);
    let circles = needs.circles();
    circles.into_iter().map(|circle| format!("these files need each other: {}", circle.join(", "))).collect()
}

/// Which file needs which, by module: `plan::index`.
struct Needs(BTreeMap<String, BTreeSet<String>>);

impl Needs {
    fn of(files: &[File]) -> Self {
        let modules: BTreeMap<String, &File> = files
            .iter()
            .map(|file| (module(&file.path).join("::"), file))
            .filter(|(module, _)| !module.is_empty())
            .collect();
        let library = files.iter().find(|file| file.path == "src/lib.rs");
        let mut root = library.map(|file| reexports(&file.text)).unwrap_or_default();
        root.retain(|name, _| !modules.contains_key(name));
        let imports: BTreeMap<&String, Vec<String>> =
            modules.iter().map(|(name, file)| (name, absolute(name, file, &modules))).collect();
        let resolver = Resolver { modules: &modules, imports: &imports, root: &root };
        let bodies = imports.iter().filter(|(name, _)| !SIGNATURES.contains(&name.as_str()));
        let needs = bodies.map(|(name, paths)| {
            let mut needed: BTreeSet<String> =
                paths.iter().filter_map(|path| resolver.file(path, 0)).collect();
            // A module's own items stand before its parts, which may all use them.
            needed.retain(|other| other != *name && !name.starts_with(&format!("{other}::")));
            ((*name).clone(), needed)
        });
        Needs(needs.collect())
    }

    /// The sets of files of which each needs each other one.
    fn circles(&self) -> Vec<Vec<String>> {
        let reached: BTreeMap<&String, BTreeSet<&String>> =
            self.0.keys().map(|name| (name, self.reached(name))).collect();
        let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
        for (name, all) in &reached {
            let circle = all.iter().filter(|other| reached.get(*other).is_some_and(|of| of.contains(name)));
            let circle: Vec<String> = circle.map(|other| (*other).clone()).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    fn reached<'a>(&'a self, from: &'a String) -> BTreeSet<&'a String> {
        let (mut found, mut waiting) = (BTreeSet::new(), vec![from]);
        while let Some(name) = waiting.pop() {
            for other in self.0.get(name).into_iter().flatten() {
                if found.insert(other) {
                    waiting.push(other);
                }
            }
        }
        found
    }
}

/// The paths of a file from the crate's root on, without `crate`.
fn absolute(name: &str, file: &File, modules: &BTreeMap<String, &File>) -> Vec<String> {
    let inside = |path: &String| match path.strip_prefix("crate::") {
        Some(path) => Some(path.to_owned()),
        None => {
            let own = format!("{name}::{path}");
            let first = path.split("::").next()?;
            modules.contains_key(&format!("{name}::{first}")).then_some(own)
        }
    };
    paths(file).iter().filter_map(inside).collect()
}

struct Resolver<'a> {
    modules: &'a BTreeMap<String, &'a File>,
    imports: &'a BTreeMap<&'a String, Vec<String>>,
    root: &'a BTreeMap<String, String>,
}

impl Resolver<'_> {
    /// The module that defines what a path stands for.
    fn file(&self, path: &str, depth: usize) -> Option<String> {
        let parts: Vec<&str> = path.split("::").collect();
        let of_root = self.root.get(parts[0]).map(|module| format!("{module}::{path}"));
        if let Some(path) = of_root {
            return self.file(&path, depth + 1);
        }
        let length = (1..=parts.len()).rev().find(|&n| self.modules.contains_key(&parts[..n].join("::")))?;
        let module = parts[..length].join("::");
        let Some(item) = parts.get(length) else { return Some(module) };
        let passed_on = self.imports.get(&module).into_iter().flatten().find(|import| {
            import.rsplit("::").next() == Some(item) && **import != format!("{module}::{item}")
        });
        match passed_on {
            Some(import) if depth < 9 => {
                let rest = &parts[length + 1..];
                let path = [&[import.as_str()], rest].concat().join("::");
                self.file(&path, depth + 1).or(Some(module))
            }
            _ => Some(module),
        }
    }
}

#[test]
fn a_circle_is_seen() {
    let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
    let circle = |texts: &[(&str, &str)]| {
        circles(&texts.iter().map(|(path, text)| file(path, text)).collect::<Vec<_>>()).len()
    };
    let pair = [("src/plan/a.rs", "use super::b::f;"), ("src/plan/b.rs", "fn f() { super::a::g() }")];
    assert_eq!(circle(&pair), 1);
    let through = [
        ("src/plan/mod.rs", "mod a; mod b; pub use a::A; pub use b::f;"),
        ("src/plan/a.rs", "use super::f;"),
        ("src/plan/b.rs", "use super::A;"),
    ];
    assert_eq!(circle(&through), 1, "what a module passes on is followed");
    let down = [
        ("src/plan/mod.rs", "mod a; mod b; pub use a::A; fn f() { b::f() }"),
        ("src/plan/a.rs", ""),
        ("src/plan/b.rs", "use super::A;"),
    ];
    assert_eq!(circle(&down), 0);
    let own = [("src/plan/mod.rs", "mod a; struct S; fn f() { a::f() }"), ("src/plan/a.rs", "use super::S;")];
    assert_eq!(circle(&own), 0, "a part uses what its module declares");
}
