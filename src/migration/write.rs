//! Writes new files: all files of a change or none, and no existing file is overwritten.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Header, Migrations, Parent, none_or_all, sha256, sql_files};
use crate::text_file::{self, with_lf};
use crate::{Error, Result};

/// A file that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// The version.
    pub version: i64,
    /// Its digits in the file's name, at least: `4` gives `V0007`. So names sort in a listing as versions do.
    pub digits: usize,
    /// The name: letters, digits and underscores.
    pub name: String,
    /// The comments at the top.
    pub header: Header,
    /// The statements.
    pub sql: String,
}

impl NewFile {
    /// `V0007__add_prompt_hash.sql`
    pub fn file_name(&self) -> String {
        format!("V{:0digits$}__{}.sql", self.version, self.name, digits = self.digits)
    }

    /// Header and statements.
    pub fn text(&self) -> String {
        let header = self.header.render();
        let blank = if header.is_empty() { "" } else { "\n" };
        format!("{header}{blank}{}\n", self.sql.trim())
    }

    /// The same file, with the checksum of its statements in the header.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        let text = with_lf(&self.text());
        self.header.seal(&text);
        self
    }

    /// The parent line of the next file.
    pub fn as_parent(&self) -> Parent {
        Parent { version: self.version, sha256: sha256(&with_lf(&self.text())) }
    }
}

/// Writes the files of one change, and returns their paths in order.
///
/// Every file is complete and on disk before the first one gets its name, and the last part gets its name first:
/// a crash leaves an error of [`Migrations::read`], never a valid half of a change.
///
/// # Errors
///
/// A file that exists, or whose version another file has, is not overwritten; and files that [`Migrations::from_files`]
/// refuses are not written.
pub fn write(dir: impl AsRef<Path>, files: &[NewFile]) -> Result<Vec<PathBuf>> {
    let dir = dir.as_ref();
    let failed =
        |error: std::io::Error| Error::file(format!("{} cannot be written to", dir.display())).because(error);
    fs::create_dir_all(dir).map_err(failed)?;
    refuse_taken_versions(dir, files)?;
    let mut drafts = Vec::new();
    for file in files {
        drafts.push(Draft::write(dir, &file.file_name(), &file.text()).map_err(failed)?);
    }
    for draft in drafts.iter().rev() {
        draft.put_into_place().map_err(|error| {
            Error::file(format!("{} cannot be written", draft.path.display()))
                .because(error)
                .help("a migration is never overwritten")
        })?;
    }
    fs::File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed)?;
    Ok(drafts.iter().map(|draft| draft.path.clone()).collect())
}

/// Checks the directory as it would be with the new files in it, before they are written.
fn refuse_taken_versions(dir: &Path, files: &[NewFile]) -> Result<()> {
    let (paths, wrong) = sql_files(dir)?;
    none_or_all(wrong)?;
    let mut all = Vec::new();
    for path in paths {
        let text = text_file::read(&path)?;
        all.push((path.display().to_string(), text));
    }
    all.extend(files.iter().map(|file| (dir.join(file.file_name()).display().to_string(), file.text())));
    Migrations::from_files(all).map(drop)
}

/// A complete file under a temporary name, which is removed when this is dropped.
pub(super) struct Draft {
    draft: PathBuf,
    path: PathBuf,
}

impl Draft {
    pub(super) fn write(dir: &Path, name: &str, text: &str) -> std::io::Result<Self> {
        let draft =
            Draft { draft: dir.join(format!(".{name}.{}", std::process::id())), path: dir.join(name) };
        let mut file = fs::File::create(&draft.draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        Ok(draft)
    }

    /// A hard link, unlike a rename, never replaces a file.
    pub(super) fn put_into_place(&self) -> std::io::Result<()> {
        match fs::hard_link(&self.draft, &self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(error),
            // The file system has no hard links; another process could create the name only between these two calls.
            Err(_) if !self.path.exists() => fs::rename(&self.draft, &self.path),
            result => result,
        }
    }
}

#[cfg(feature = "cli")]
impl Draft {
    /// Takes the place of the file of that name.
    pub(super) fn replace(&self) -> std::io::Result<()> {
        fs::rename(&self.draft, &self.path)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // It may have been renamed; then there is nothing to remove.
        let _ = fs::remove_file(&self.draft);
    }
}
