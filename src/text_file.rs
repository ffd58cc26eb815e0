//! Text files as people and their tools write them: UTF-8 with or without a byte order mark, line ends LF or CR LF.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// The byte order mark, with which files from Windows may begin.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file, unchanged.
///
/// # Errors
///
/// It is no regular file, cannot be read, or is not text: UTF-8 without NUL.
pub(crate) fn read(path: &Path) -> Result<String> {
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
            .help("save the file as UTF-8, as every editor can")
    })?;
    if let Some(byte) = text.find('\0') {
        let (line, column) = line_and_column(&text, byte);
        return Err(Error::file("this is a NUL, which a text of Postgres cannot contain")
            .at(path.display().to_string(), line, column)
            .help("remove it; or is this not a text file?"));
    }
    Ok(text)
}

/// The line and column of a byte offset, both from 1, the column in characters.
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let before = &text[..byte.min(text.len())];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// The reason why a path cannot be read as a file. Reading a pipe would wait for its writer.
pub(crate) fn special(path: &Path) -> Option<Error> {
    let failed = |error| Error::file(format!("{} cannot be read", path.display())).because(error);
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) => return Some(failed(error)),
    };
    if metadata.is_file() {
        return None;
    }
    let what = if metadata.is_dir() { "a directory" } else { "a pipe, a socket or a device" };
    Some(Error::file(format!("{} is {what}, not a file", path.display())))
}

/// The project of a directory: the directory above it, or above the link by which it is called.
pub(crate) fn project_of(directory: &Path) -> Result<PathBuf> {
    let failed = |error| Error::file(format!("{} cannot be read", directory.display())).because(error);
    // A slash at the end would stand for what the link leads to.
    let named: PathBuf = directory.components().collect();
    let is_link = fs::symlink_metadata(&named).is_ok_and(|metadata| metadata.is_symlink());
    match named.parent() {
        Some(parent) if is_link => canonical(parent).map_err(failed),
        _ => {
            let mut found = canonical(&named).map_err(failed)?;
            found.pop();
            Ok(found)
        }
    }
}

/// An empty path is the current directory.
fn canonical(path: &Path) -> std::io::Result<PathBuf> {
    fs::canonicalize(if path.as_os_str().is_empty() { Path::new(".") } else { path })
}

/// The reason why a file is not read: by a link it is one outside of the project, and a message about its text would
/// show that.
pub(crate) fn outside(project: &Path, file: &Path) -> Option<Error> {
    // What is not there is not read.
    let found = fs::canonicalize(file).ok()?;
    if canonical(project).is_ok_and(|project| found.starts_with(project)) {
        return None;
    }
    Some(Error::file(format!("{} leads out of the project by a link", file.display())).help(format!(
        "put the file itself there: a link may lead only to a file in {}",
        if project.as_os_str().is_empty() { Path::new(".") } else { project }.display()
    )))
}

/// As [`read`], with LF line ends and without a byte order mark, so that it is the same on every system.
///
/// # Errors
///
/// As of [`read`].
#[cfg(feature = "cli")]
pub(crate) fn read_with_lf(path: &Path) -> Result<String> {
    read(path).map(|text| with_lf(&text))
}

/// Makes line ends LF, and removes a byte order mark. A CR within a line stays.
pub(crate) fn with_lf(text: &str) -> String {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).replace("\r\n", "\n")
}
