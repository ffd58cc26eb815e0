//! Lists a directory: its migrations, the files to ignore, and the mistakes.

use std::fs;
use std::path::{Path, PathBuf};

use super::parse_file_name;
use super::wrong::Wrong;
use crate::{Error, Result, text_file};

/// The `*.sql` files of a directory, sorted, and the errors of others, as [`Migrations::read`] defines them.
///
/// [`Migrations::read`]: super::Migrations::read
pub(super) fn sql_files(dir: &Path) -> Result<(Vec<PathBuf>, Vec<Wrong>)> {
    let unreadable =
        |error: std::io::Error| Error::file(format!("{} cannot be read", dir.display())).because(error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    let project = text_file::project_of(dir)?;
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name.starts_with('#') {
            continue;
        }
        let mut refuse = |error: Error| wrong.push(Wrong::new(&path, error));
        if is_sql(&name) {
            if let Some(error) = text_file::special(&path) {
                refuse(error.help("put a file of SQL there, or give it a name that does not end in .sql"));
            } else if let Some(error) = text_file::outside(&project, &path) {
                refuse(error);
            } else {
                files.push(path);
            }
        } else if path.is_dir() {
            refuse_nested(&path).into_iter().for_each(refuse);
        } else if name.ends_with(".rs") && parse_file_name(&name.replace(".rs", ".sql")).is_ok() {
            refuse(
                Error::file(format!("{} is a migration in Rust", path.display()))
                    .help("write it as SQL: a migration that can be proven is text"),
            );
        }
    }
    Ok((files, wrong))
}

fn is_sql(name: &str) -> bool {
    name.to_lowercase().ends_with(".sql")
}

fn refuse_nested(dir: &Path) -> Vec<Error> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut nested: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    nested.retain(|path| is_sql(&path.file_name().unwrap_or_default().to_string_lossy()));
    nested.sort();
    let error = |path: &PathBuf| {
        Error::file(format!("{} is in a subdirectory", path.display()))
            .help("move it up: the migrations of a project are one directory")
    };
    nested.iter().map(error).collect()
}
