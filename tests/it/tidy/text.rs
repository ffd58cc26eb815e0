//! What any line and any file has to be.

use super::{File, files, no_complaints};

/// Words that stand for something unfinished. Each in two halves, so that this file may be looked at as well.
const UNFINISHED: &[(&str, &str)] =
    &[("todo", "!("), ("unimplemented", "!("), ("dbg", "!("), ("#[ig", "nore"), ("FIX", "ME"), ("XX", "X ")];

/// What other tests run in a process of its own is no test by itself.
const CHILD: &str = concat!("#[ig", "nore = \"a process that other tests start\"]");

/// Paths of the machines that we write on.
const OF_A_MACHINE: &[(&str, &str)] = &[("/wo", "rk/"), ("/home/", "runner"), ("/Us", "ers/")];

/// In characters.
const LONGEST_LINE: usize = 120;

/// In lines, unit tests left out.
const LONGEST_SOURCE: usize = 600;

#[test]
fn every_line_is_clean() {
    no_complaints(files().iter().flat_map(lines).collect());
}

#[test]
fn sources_are_short() {
    no_complaints(files().iter().filter_map(too_long).collect());
}

#[test]
fn every_dependency_says_why() {
    let manifests = files().into_iter().filter(|file| file.path.ends_with("Cargo.toml"));
    no_complaints(manifests.flat_map(|file| without_reason(&file)).collect());
}

fn lines(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        complaints.push(format!("{}: the last line has no end", file.path));
    }
    for (number, line) in file.text.split('\n').enumerate() {
        let found = [
            // Make's recipes begin with a tab.
            (line.contains('\t') && file.path != "Makefile", "a tab"),
            (line.ends_with([' ', '\t', '\r']) && !is_snapshot(file), "a blank at the end"),
            (line.chars().count() > LONGEST_LINE && is_written_by_hand(file), "more than 120 characters"),
            (
                has(line, UNFINISHED)
                    && line.trim() != CHILD
                    && (file.is_rust() || file.path.ends_with(".sql")),
                "something unfinished",
            ),
            (has(line, OF_A_MACHINE), "a path of somebody's machine"),
        ];
        let wrong = found.into_iter().filter(|(wrong, _)| *wrong);
        complaints.extend(wrong.map(|(_, what)| format!("{}:{}: {what}", file.path, number + 1)));
    }
    complaints
}

fn has(line: &str, words: &[(&str, &str)]) -> bool {
    words.iter().any(|(start, end)| line.contains(&format!("{start}{end}")))
}

/// What a program says, to the letter.
fn is_snapshot(file: &File) -> bool {
    [".snap", ".stderr", ".stdout"].iter().any(|ending| file.path.ends_with(ending))
}

fn is_written_by_hand(file: &File) -> bool {
    // What a test sends to a server is read best as it is sent.
    !is_snapshot(file)
        && !file.path.starts_with("tests/it/")
        && ![".md", ".toml", ".sql"].iter().any(|ending| file.path.ends_with(ending))
        && !file.path.starts_with("LICENSE")
}

fn too_long(file: &File) -> Option<String> {
    if !file.is_source() {
        return None;
    }
    let lines = file.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    (lines > LONGEST_SOURCE).then(|| {
        format!("{}: {lines} lines are more than {LONGEST_SOURCE}: which two things does it hold?", file.path)
    })
}

/// The dependencies with no comment above them; one comment may stand over several in a row.
fn without_reason(manifest: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    let (mut dependencies, mut reason) = (false, false);
    for line in manifest.text.lines().map(str::trim) {
        if line.starts_with('[') {
            dependencies = line.ends_with("dependencies]");
            reason = false;
        } else if line.is_empty() {
            reason = false;
        } else if line.starts_with('#') {
            reason = line.len() > "# ".len();
        } else if dependencies && !reason && !is_of_the_workspace(line) {
            complaints.push(format!("{}: `{line}` says no reason", manifest.path));
        }
    }
    complaints
}

/// A member that uses another one needs no reason.
fn is_of_the_workspace(line: &str) -> bool {
    line.starts_with("feedstock") || line.starts_with("images")
}

fn file(path: &str, text: &str) -> File {
    File { path: path.into(), text: text.into() }
}

#[test]
fn an_unclean_line_is_seen() {
    let joined = |words: &[(&str, &str)]| format!("{}{}\n", words[0].0, words[0].1);
    for (text, what) in [
        ("a\tb\n".to_owned(), "a tab"),
        ("a \n".to_owned(), "a blank at the end"),
        ("a\r\n".to_owned(), "a blank at the end"),
        ("a".to_owned(), "the last line has no end"),
        (format!("{}\n", "ü".repeat(121)), "more than 120 characters"),
        (joined(UNFINISHED), "something unfinished"),
        (joined(OF_A_MACHINE), "a path of somebody's machine"),
    ] {
        let complaints = lines(&file("src/a.rs", &text));
        assert!(complaints.len() == 1 && complaints[0].contains(what), "{text}: {complaints:?}");
    }
    assert!(lines(&file("src/a.rs", &format!("{}\n\n", "ü".repeat(120)))).is_empty());
}

#[test]
fn a_long_source_is_seen() {
    let long = "\n".repeat(LONGEST_SOURCE + 1);
    assert!(too_long(&file("src/a.rs", &long)).is_some());
    assert!(too_long(&file("src/a.rs", &format!("\n#[cfg(test)]\n{long}"))).is_none());
    assert!(too_long(&file("tests/it/a.rs", &long)).is_none());
}

#[test]
fn a_dependency_without_a_reason_is_seen() {
    let complaints = |text: &str| without_reason(&file("Cargo.toml", text)).len();
    assert_eq!(complaints("[dependencies]\na = '1'\n"), 1);
    assert_eq!(complaints("[dependencies]\n#\na = '1'\n"), 1);
    assert_eq!(complaints("[dev-dependencies]\n# Reason.\na = '1'\n\nb = '1'\n"), 1);
    assert_eq!(complaints("[dependencies]\n# Reason.\na = '1'\nb = '1'\n[features]\nc = []\n"), 0);
}
