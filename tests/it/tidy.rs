//! The rules of the repository, as tests. Each rule is a function from text to complaints, and each shows on a few
//! lines of its own that it can complain.

mod imports;
mod public_api;
mod text;

use std::fs;
use std::path::Path;

/// A file of the repository: its path from the root, and what it holds.
pub struct File {
    path: String,
    text: String,
}

/// The files that we write, below these directories and at the root.
fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for directory in
        ["src", "macros", "images", "tests", "benches", "examples", "scripts", ".ci", "migrations"]
    {
        collect(root, &root.join(directory), &mut files);
    }
    for entry in fs::read_dir(root).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            add(root, &entry.path(), &mut files);
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "the sources are found");
    files
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<File>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.map(Result::unwrap) {
        match entry.path() {
            // What a build leaves there.
            path if path.ends_with("target") || path.ends_with("wip") => {}
            path if path.is_dir() => collect(root, &path, files),
            path => add(root, &path, files),
        }
    }
}

fn add(root: &Path, path: &Path, files: &mut Vec<File>) {
    // A file that is not text has no lines to look at; the lock file is Cargo's, a worktree's `.git` is git's.
    let Ok(text) = fs::read_to_string(path) else { return };
    let path = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
    if !["Cargo.lock", ".git"].contains(&path.as_str()) {
        files.push(File { path, text });
    }
}

impl File {
    /// Rust of the library and its command line.
    fn is_source(&self) -> bool {
        self.path.starts_with("src/") && self.path.ends_with(".rs")
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }
}

/// Fails with every complaint at once.
fn no_complaints(complaints: Vec<String>) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
