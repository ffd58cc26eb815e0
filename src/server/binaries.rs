//! The programs of Postgres on this machine.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::error::{Error, Result};

/// The environment variable that names the directory of the programs; it is looked at first.
const OVERRIDE: &str = "FEEDSTOCK_PG_BIN";

/// The programs of one installation.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    directory: PathBuf,
    /// Its `server_version_num`: 150012 is 15.12.
    pub version: u32,
}

impl Binaries {
    /// The first of: `FEEDSTOCK_PG_BIN`, `PATH`, Debian's directories newest first, Homebrew's newest first.
    pub fn newest() -> Result<Self> {
        all()?.next().ok_or_else(none)
    }

    /// The first installation of one major version: only that version can read a data directory.
    pub fn of_major(major: u32) -> Result<Option<Self>> {
        Ok(all()?.find(|binaries| binaries.version / 10_000 == major))
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// A command that runs one program, without the `PG…` variables, which name other servers.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(self.directory.join(program.as_ref()));
        without_outside_settings(&mut command);
        command
    }
}

/// Removes the `PG…` variables, and makes messages English whatever the locale is.
pub(super) fn without_outside_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
}

/// Runs a command to its end; a failure is an error with its output.
pub(super) fn run(command: &mut Command) -> Result<Output> {
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let output =
        command.output().map_err(|error| Error::file(format!("{name} cannot be run")).because(error))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::database(format!("{name} failed ({}): {}", output.status, said.trim())))
}

/// All installations; each is asked for its version when its turn comes.
fn all() -> Result<Box<dyn Iterator<Item = Binaries>>> {
    if let Some(directory) = std::env::var_os(OVERRIDE) {
        let directory = PathBuf::from(directory);
        let found = binaries_in(&directory).ok_or_else(|| {
            Error::usage(format!("{OVERRIDE} names {}, where there is no Postgres", directory.display()))
                .help(format!(
                    "name the directory that holds initdb, postgres and pg_ctl, or unset {OVERRIDE}"
                ))
        })?;
        return Ok(Box::new(std::iter::once(found)));
    }
    let mut seen = BTreeSet::new();
    let found = on_path().into_iter().chain(installed()).filter_map(|directory| binaries_in(&directory));
    Ok(Box::new(found.filter(move |binaries| seen.insert(binaries.directory.clone()))))
}

fn on_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// The directories of packages that do not add servers to the `PATH`.
fn installed() -> Vec<PathBuf> {
    let mut directories = versions("/usr/lib/postgresql", "");
    // The packages of postgresql.org for Fedora and its relatives, then Homebrew on either processor.
    directories.extend(versions("/usr", "pgsql-"));
    for opt in ["/opt/homebrew/opt", "/usr/local/opt", "/home/linuxbrew/.linuxbrew/opt"] {
        directories.extend(versions(opt, "postgresql@"));
        directories.push(Path::new(opt).join("postgresql"));
    }
    directories.into_iter().map(|directory| directory.join("bin")).collect()
}

/// `parent/<prefix><version>`, newest first.
fn versions(parent: &str, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path()))
        })
        .collect();
    found.sort();
    found.into_iter().rev().map(|(_, path)| path).collect()
}

fn binaries_in(directory: &Path) -> Option<Binaries> {
    // Programs on the PATH may be links into the directory that has the other programs too.
    let postgres = fs::canonicalize(directory.join("postgres")).ok()?;
    let directory = postgres.parent()?.to_owned();
    if !["initdb", "pg_ctl"].iter().all(|program| directory.join(program).is_file()) {
        return None;
    }
    let output = Command::new(&postgres).arg("--version").output().ok()?;
    let version = version(&String::from_utf8_lossy(&output.stdout))?;
    Some(Binaries { directory, version })
}

/// The number of `postgres (PostgreSQL) 15.14 (Debian …)`.
fn version(text: &str) -> Option<u32> {
    let word = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut numbers = word.split(|c: char| !c.is_ascii_digit()).map(str::parse);
    let major: u32 = numbers.next()?.ok()?;
    let minor: u32 = if word.contains('.') { numbers.next()?.ok()? } else { 0 };
    Some(major * 10_000 + minor)
}

fn none() -> Error {
    let hint = match install_line() {
        Some(line) => format!("install it: {line}"),
        None => "install Postgres with this system's package manager".to_owned(),
    };
    Error::database("there is no Postgres on this machine to start a private server from").help(format!(
        "{hint}; or name its directory with {OVERRIDE}, or a running server with --database-url and --scratch-url"
    ))
}

/// The command that installs Postgres, for the first package manager that exists here.
fn install_line() -> Option<&'static str> {
    let managers = [
        ("apt-get", "sudo apt-get install -y postgresql"),
        ("dnf", "sudo dnf install -y postgresql-server"),
        ("yum", "sudo yum install -y postgresql-server"),
        ("zypper", "sudo zypper install -y postgresql-server"),
        ("pacman", "sudo pacman -S --noconfirm postgresql"),
        ("apk", "sudo apk add postgresql"),
        ("brew", "brew install postgresql@17"),
        ("port", "sudo port install postgresql17-server"),
        ("pkg", "sudo pkg install -y postgresql17-server"),
    ];
    let path = on_path();
    let here = |program: &str| path.iter().any(|directory| directory.join(program).is_file());
    managers.into_iter().find(|(program, _)| here(program)).map(|(_, line)| line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_packagers_write_them() {
        assert_eq!(version("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n"), Some(150_014));
        assert_eq!(version("postgres (PostgreSQL) 18.1\n"), Some(180_001));
        assert_eq!(version("postgres (PostgreSQL) 19devel\n"), Some(190_000));
        assert_eq!(version("postgres (PostgreSQL) 18beta2\n"), Some(180_000));
        assert_eq!(version("sh: not found\n"), None);
    }

    #[test]
    fn newer_directories_come_first_by_number() {
        let parent = tempfile::tempdir().unwrap();
        for name in ["postgresql@9", "postgresql@17", "postgresql@16", "postgresql", "other@18"] {
            fs::create_dir(parent.path().join(name)).unwrap();
        }
        let found = versions(parent.path().to_str().unwrap(), "postgresql@");
        let names: Vec<_> = found.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["postgresql@17", "postgresql@16", "postgresql@9"]);
    }

    #[test]
    fn a_directory_without_a_server_has_no_binaries() {
        assert!(binaries_in(tempfile::tempdir().unwrap().path()).is_none());
    }
}
