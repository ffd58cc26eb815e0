//! `embed!` in a crate of its own, built by cargo.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A service: the runner, and nothing of the command line.
const MANIFEST: &str = r#"
[package]
name = "embeds"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
feedstock = { path = "FEEDSTOCK", features = ["migrate"] }

[profile.dev]
debug = false
"#;

const MAIN: &str = r#"
use feedstock::migration::ToMigrations;

static MIGRATIONS: feedstock::Embedded = feedstock::embed!("../migrations");

fn main() {
    match MIGRATIONS.to_migrations() {
        Ok(migrations) => println!("{}", migrations.iter().map(|one| format!("{one}: {}", one.sql.trim())).collect::<Vec<_>>().join(", ")),
        Err(error) => println!("error: {error}"),
    }
}
"#;

/// The one line.
const BUILD: &str = r#"
fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
"#;

struct Project(tempfile::TempDir);

impl Project {
    fn new(build_script: Option<&str>) -> Self {
        let project = Project(tempfile::tempdir().unwrap());
        let feedstock = env!("CARGO_MANIFEST_DIR");
        project.write("app/Cargo.toml", &MANIFEST.replace("FEEDSTOCK", feedstock));
        project
            .write("app/Cargo.lock", &fs::read_to_string(Path::new(feedstock).join("Cargo.lock")).unwrap());
        project.write("app/src/main.rs", MAIN);
        if let Some(script) = build_script {
            project.write("app/build.rs", script);
        }
        project.write("migrations/V1__one.sql", "select 1;");
        project
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// That of these tests, where most of what it needs is built already.
    fn target() -> &'static Path {
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
    }

    /// What `cargo build` says when it fails.
    fn build(&self) -> Result<(), String> {
        let output = Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet", "--manifest-path"])
            .arg(self.0.path().join("app/Cargo.toml"))
            .env("CARGO_TARGET_DIR", Self::target())
            .output()
            .unwrap();
        if output.status.success() {
            Ok(())
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    fn run(&self) -> String {
        let output = Command::new(Self::target().join("debug/embeds")).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// One test, since all build the same binary.
#[test]
fn new_and_edited_files_are_noticed() {
    let project = Project::new(Some(BUILD));
    project.build().unwrap();
    assert_eq!(project.run(), "V1__one: select 1;");
    project.write("migrations/V10__ten.sql", "select 10;");
    project.write("migrations/V2__two.sql", "select 2;");
    project.write("migrations/V2__two.sql~", "of an editor");
    // A debug build that was not rebuilt says which file it lacks.
    let lacks = project.run();
    assert!(lacks.contains("V10__ten.sql is not compiled into this program"), "{lacks}");
    assert!(lacks.contains("cargo::rerun-if-changed"), "{lacks}");
    project.build().unwrap();
    assert_eq!(project.run(), "V1__one: select 1;, V2__two: select 2;, V10__ten: select 10;");
    project.write("migrations/V2__two.sql", "select 22;");
    project.build().unwrap();
    assert_eq!(project.run(), "V1__one: select 1;, V2__two: select 22;, V10__ten: select 10;");

    for (name, message) in [
        ("V3__a-b.sql", "V3__a-b.sql is not named like a migration"),
        ("V02__again.sql", "V02__again.sql and V2__two.sql are both version 2"),
    ] {
        project.write(&format!("migrations/{name}"), "select 3;");
        let error = project.build().unwrap_err();
        assert!(error.contains(message), "{error}");
        assert!(error.contains("embed!(\"../migrations\")"), "at the user's own token: {error}");
        fs::remove_file(project.0.path().join("migrations").join(name)).unwrap();
    }
    fs::remove_dir_all(project.0.path().join("migrations")).unwrap();
    let error = project.build().unwrap_err();
    assert!(error.contains("the path is relative to Cargo.toml"), "{error}");
}
