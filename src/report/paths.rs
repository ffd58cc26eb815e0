//! Paths as programs want them: relative to the root of the repository, with `/`.

use std::path::{Component, Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What stands in a path of a URI as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the command runs, and the root of its repository.
#[derive(Debug, Clone)]
pub struct Paths {
    here: PathBuf,
    root: PathBuf,
}

impl Paths {
    /// The root is the nearest directory upward that has a `.git`, or the one that is given.
    pub fn new(here: &Path, otherwise: &Path) -> Self {
        let root = here.ancestors().find(|directory| directory.join(".git").exists()).unwrap_or(otherwise);
        Paths { here: here.to_owned(), root: root.to_owned() }
    }

    /// The path of a file that messages name; one outside of the repository stays whole.
    pub fn of(&self, file: &str) -> String {
        let whole = without_dots(&self.here.join(file));
        let path = whole.strip_prefix(&self.root).unwrap_or(&whole);
        let parts = path.components().map(|part| match part {
            Component::RootDir => String::new(),
            part => part.as_os_str().to_string_lossy().into_owned(),
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The same as a reference to a URI.
    pub fn uri(&self, file: &str) -> String {
        utf8_percent_encode(&self.of(file), PLAIN).to_string()
    }
}

/// A path without `.` and `..`, by its text alone: links are not followed.
fn without_dots(path: &Path) -> PathBuf {
    let mut whole = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_root_of_the_repository() {
        let root = tempfile::tempdir().unwrap();
        let here = root.path().join("services/api");
        std::fs::create_dir_all(&here).unwrap();
        std::fs::create_dir(root.path().join(".git")).unwrap();
        let paths = Paths::new(&here, &here);
        assert_eq!(paths.of("migrations/V1__a.sql"), "services/api/migrations/V1__a.sql");
        assert_eq!(paths.of("../../db/./V1__a.sql"), "db/V1__a.sql");
        assert_eq!(paths.of("/elsewhere/V1__a.sql"), "/elsewhere/V1__a.sql");
        assert_eq!(paths.uri("a b/é%.sql"), "services/api/a%20b/%C3%A9%25.sql");
    }
}
