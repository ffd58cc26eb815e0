//! `embed!("../migrations")`: the names and texts of files as constants; the names are checked at compile time.
//!
//! Each file is an `include_str!`, so an edited file rebuilds the crate. A new file is noticed by one line in the
//! crate's build script, and by comparing with the directory at run time in debug builds.

use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

/// The expression of a `feedstock::Embedded`.
pub(crate) fn expand(given: &LitStr) -> syn::Result<TokenStream> {
    let error = |message: String| syn::Error::new(given.span(), message);
    let root = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .ok_or_else(|| error("cargo does not say where the crate lies (CARGO_MANIFEST_DIR)".into()))?;
    let dir = root.join(given.value());
    let dir = dir.canonicalize().map_err(|cause| {
        error(format!("{} cannot be read: {cause}; the path is relative to Cargo.toml", dir.display()))
    })?;
    let names = names(&dir).map_err(error)?;
    let paths = names.iter().map(|name| dir.join(name).display().to_string());
    let dir = dir.display().to_string();
    Ok(quote! {
        ::feedstock::Embedded::new(
            #dir,
            &[#((#names, ::core::include_str!(#paths))),*],
            ::core::cfg!(debug_assertions),
        )
    })
}

/// The `*.sql` files of the directory, sorted by version.
fn names(dir: &Path) -> Result<Vec<String>, String> {
    let unreadable = |cause: std::io::Error| format!("{} cannot be read: {cause}", dir.display());
    let mut found: Vec<(i64, String)> = Vec::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let hidden = name.starts_with(['.', '#']);
        if hidden || !name.to_lowercase().ends_with(".sql") {
            continue;
        }
        // Reading a named pipe would wait for a writer.
        if !entry.path().is_file() {
            wrong.push(format!("{name} is not a file"));
            continue;
        }
        let Some(version) = version(&name) else {
            wrong.push(format!(
                "{name} is not named like a migration: V<version>__<name>.sql, V7__add_prompt_hash.sql"
            ));
            continue;
        };
        if let Some((_, other)) = found.iter().find(|(taken, _)| *taken == version) {
            wrong.push(format!("{other} and {name} are both version {version}"));
        }
        found.push((version, name));
    }
    if !wrong.is_empty() {
        wrong.sort();
        return Err(wrong.join("\n"));
    }
    found.sort();
    Ok(found.into_iter().map(|(_, name)| name).collect())
}

/// The version of a well-formed name; `feedstock::Migrations` has the same rule, with better messages.
fn version(file_name: &str) -> Option<i64> {
    let (version, name) = file_name.strip_suffix(".sql")?.strip_prefix('V')?.split_once("__")?;
    let word = |char: char| char == '_' || char.is_alphanumeric();
    let well_formed = version.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty();
    if well_formed && name.chars().all(word) { version.parse().ok() } else { None }
}
