//! Files of text, as people and their tools leave them: UTF-8 with or without a byte order mark, lines that end with LF
//! or with CR LF.

#[cfg(feature = "cli")]
use std::{fs, path::Path};

#[cfg(feature = "cli")]
use crate::error::{Error, Result};

/// What a UTF-8 file of Windows may begin with.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// The text of a file as it lies there.
///
/// # Errors
///
/// It cannot be read, is no regular file, or is no UTF-8.
#[cfg(feature = "cli")]
pub(crate) fn read(path: &Path) -> Result<String> {
    let failed = |error| Error::file(format!("{} cannot be read", path.display())).because(error);
    // A pipe would have us wait for its writer.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Error::file(format!("{} is not a file", path.display()))
            .help("a directory, a pipe or a device has no place here"));
    }
    let bytes = fs::read(path).map_err(failed)?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Error::file(format!("{} is UTF-16", path.display()))
            .help("save it as UTF-8, as every editor can"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..at];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::file(format!("{} is not UTF-8 in line {line}", path.display()))
            .help("save it as UTF-8, as every editor can")
    })
}

/// As [`read`], with LF line ends and without a byte order mark: what it says on every system.
///
/// # Errors
///
/// As of [`read`].
#[cfg(feature = "cli")]
pub(crate) fn read_with_lf(path: &Path) -> Result<String> {
    read(path).map(|text| with_lf(&text))
}

/// LF line ends, no byte order mark. A CR that ends no line stays.
pub(crate) fn with_lf(text: &str) -> String {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).replace("\r\n", "\n")
}
