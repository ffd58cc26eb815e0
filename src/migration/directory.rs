//! The files of a directory: which of them are migrations, which are left alone, and which are mistakes.

use std::fs;
use std::path::{Path, PathBuf};

use super::wrong::Wrong;
use super::{line_and_column, parse_file_name};
use crate::{Error, Result};

/// The `*.sql` files of a directory, sorted, and what is wrong with others; see [`Migrations::read`] for what is.
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
    let (mut files, mut wrong) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name.starts_with('#') {
            continue;
        }
        let mut refuse = |error: Error| wrong.push(Wrong::new(&path, error));
        if is_sql(&name) {
            match special(&path) {
                None => files.push(path),
                Some(error) => refuse(error),
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

/// What keeps a path from being read as a file: to read a pipe is to wait for whoever writes into it.
fn special(path: &Path) -> Option<Error> {
    let failed = |error| Error::file(format!("{} cannot be read", path.display())).because(error);
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Some(failed(error)),
    };
    if metadata.is_file() {
        return None;
    }
    let what = if metadata.is_dir() { "a directory" } else { "a pipe, a socket or a device" };
    Some(
        Error::file(format!("{} is {what}, not a file", path.display()))
            .help("put a file of SQL there, or give it a name that does not end in .sql"),
    )
}

fn refuse_nested(dir: &Path) -> Vec<Error> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut nested: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    nested.retain(|path| is_sql(&path.file_name().unwrap_or_default().to_string_lossy()));
    nested.sort();
    let error = |path: &PathBuf| {
        Error::file(format!("{} lies in a subdirectory", path.display()))
            .help("move it up: the migrations of a project are one directory")
    };
    nested.iter().map(error).collect()
}

/// Reads a file of SQL.
///
/// # Errors
/// It is no regular file, cannot be read, or is not text that Postgres could be sent: UTF-8 without NUL.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    if let Some(error) = special(path) {
        return Err(error);
    }
    let bytes = fs::read(path)
        .map_err(|error| Error::file(format!("{} cannot be read", path.display())).because(error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let bytes = error.as_bytes();
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Error::file(format!("{} is UTF-16, not UTF-8", path.display())).help("save it as UTF-8");
        }
        let valid = String::from_utf8_lossy(&bytes[..error.utf8_error().valid_up_to()]);
        let (line, column) = line_and_column(&valid, valid.len());
        Error::file("this is not UTF-8")
            .at(path.display().to_string(), line, column)
            .help("save the file as UTF-8: a migration is text")
    })?;
    if let Some(byte) = text.find('\0') {
        let (line, column) = line_and_column(&text, byte);
        return Err(Error::file("this is a NUL, which no text of Postgres can hold")
            .at(path.display().to_string(), line, column)
            .help("take it out; or is this no file of SQL?"));
    }
    Ok(text)
}
