//! Wrong derives, one file each: `tests/ui/*.rs` do not compile, and the message beside each, reviewed as prose, is what
//! the compiler says. `FEEDSTOCK_BLESS=1` writes the messages.
//!
//! The files are compiled with what these tests are linked with, so that nothing is built a second time for them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

const DIRECTORY: &str = "tests/ui";

/// The crates that the files name.
const CRATES: [&str; 6] =
    ["feedstock", "chrono", "postgres", "tokio_postgres", "deadpool_postgres", "serde_json"];

#[test]
fn each_mistake_has_its_message() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> =
        fs::read_dir(root.join(DIRECTORY)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    assert!(files.len() > 50, "the files are found");
    let libraries = libraries(root);
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = check(root, file, &libraries) {
                        failures.lock().unwrap().insert(file.clone(), why);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    let report: String =
        failures.iter().map(|(file, why)| format!("\n=== {}\n{why}", file.display())).collect();
    assert!(failures.is_empty(), "{} of {} fail\n{report}", failures.len(), files.len());
}

/// The built libraries of [`CRATES`], which cargo knows, since it has just built these tests with them.
fn libraries(root: &Path) -> BTreeMap<String, PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args([
            "test",
            "--workspace",
            "--test",
            "it",
            "--no-run",
            "--quiet",
            "--offline",
            "--message-format=json",
        ])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut libraries = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        let name = message["target"]["name"].as_str().unwrap_or_default().replace('-', "_");
        let is_library =
            message["target"]["kind"].as_array().is_some_and(|kinds| kinds.contains(&"lib".into()));
        let is_tested = message["profile"]["test"] == true;
        // The build script of a dependency has a serde_json of its own, without the feature that ours has.
        let features = message["features"].as_array().into_iter().flatten();
        let is_ours =
            name != "serde_json" || features.into_iter().any(|feature| feature == "float_roundtrip");
        if is_library && is_ours && !is_tested && CRATES.contains(&name.as_str()) {
            let files = message["filenames"].as_array().into_iter().flatten();
            let file = files.filter_map(Value::as_str).find(|file| file.ends_with(".rlib"));
            let earlier = libraries.insert(name.clone(), PathBuf::from(file.unwrap()));
            assert!(earlier.is_none(), "there are two {name}");
        }
    }
    assert_eq!(libraries.len(), CRATES.len(), "{libraries:?}");
    libraries
}

/// Compiles one, and compares what is said.
fn check(root: &Path, file: &Path, libraries: &BTreeMap<String, PathBuf>) -> Result<(), String> {
    let scrap = tempfile::tempdir().unwrap();
    let mut rustc = Command::new("rustc");
    rustc.args([
        "--edition=2024",
        "--crate-name=ui",
        "--emit=metadata",
        "--error-format=json",
        "-Adead_code",
    ]);
    for (name, library) in libraries {
        rustc.arg("--extern").arg(format!("{name}={}", library.display()));
        rustc.arg("-L").arg(format!("dependency={}", library.parent().unwrap().display()));
    }
    rustc.arg("--out-dir").arg(scrap.path()).arg(file.strip_prefix(root).unwrap()).current_dir(root);
    let output = rustc.env("CARGO_MANIFEST_DIR", root).output().unwrap();
    if output.status.success() {
        return Err("it compiles".to_owned());
    }
    let said = said(&String::from_utf8(output.stderr).unwrap(), root);
    let expected_file = file.with_extension("stderr");
    let expected = fs::read_to_string(&expected_file).unwrap_or_default();
    let (wanted, found) = (comparable(&expected), comparable(&said));
    if wanted == found {
        return Ok(());
    }
    if std::env::var_os("FEEDSTOCK_BLESS").is_some() {
        fs::write(&expected_file, said).unwrap();
        return Ok(());
    }
    let first = wanted.iter().zip(&found).take_while(|(one, other)| one == other).count();
    let at = |lines: &[String]| lines.get(first).map_or("the end", String::as_str).to_owned();
    Err(format!("expected: {}\n   found: {}\n\n{said}", at(&wanted), at(&found)))
}

/// The compiler's messages as a person reads them, without its summary, and without what depends on the machine.
fn said(json: &str, root: &Path) -> String {
    let mut said = String::new();
    for line in json.lines() {
        let message: Value = serde_json::from_str(line).unwrap_or_default();
        let text = message["rendered"].as_str().unwrap_or_default();
        if message["level"] == "failure-note" || text.starts_with("error: aborting due to ") {
            continue;
        }
        for line in text.trim_end().lines().filter(|line| !line.contains("has been written to")) {
            said.push_str(&placed(line, root));
            said.push('\n');
        }
        said.push('\n');
    }
    said.truncate(said.trim_end().len());
    said + "\n"
}

/// A line that names a place, without the place of this machine; the number of a line is of use in the file alone that
/// is compiled.
fn placed(line: &str, root: &Path) -> String {
    let line = line.trim_end();
    let Some((before, place)) = ["--> ", "::: "].iter().find_map(|sign| {
        let at = line.find(sign).filter(|at| line[..*at].trim().is_empty())? + sign.len();
        Some(line.split_at(at))
    }) else {
        return line.to_owned();
    };
    let place = place.strip_prefix(&format!("{}/", root.display())).unwrap_or(place);
    if place.starts_with(DIRECTORY) {
        return format!("{before}{place}");
    }
    let place =
        place.split_once("/library/").map_or(place.to_owned(), |(_, inside)| format!("$RUST/{inside}"));
    let place = place.trim_end_matches(|c: char| c.is_ascii_digit() || c == ':');
    format!("{before}{place}")
}

/// What two messages are compared by: the lines without the column of line numbers, whose width is that of the longest.
fn comparable(text: &str) -> Vec<String> {
    let without_number = |line: &str| {
        let line = line.trim();
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_code = rest.len() < line.len() && rest.trim_start().starts_with(['|', '~', '+', '-']);
        if is_code { rest.trim_start().to_owned() } else { line.to_owned() }
    };
    let others = |line: String| {
        let is_count = line.starts_with("and ") && line.ends_with(" others");
        if is_count { "and $N others".to_owned() } else { line }
    };
    text.lines().map(without_number).map(others).filter(|line| !line.is_empty()).collect()
}
