//! What surrounds a connection string: `PG…` variables, the home directory, service files, password files.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::text::pairs;
use crate::error::{Error, Result};

/// Where the distributions keep `pg_service.conf`; libpq knows one of them, by how it was built.
const SYSTEM_DIRECTORIES: [&str; 4] =
    ["/etc/postgresql-common", "/etc/sysconfig/pgsql", "/etc/postgresql", "/usr/local/etc/postgresql"];

/// What a connection string does not say: the variables of libpq, and the home directory with its files.
#[derive(Clone)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
    user: Option<String>,
}

impl Environment {
    /// That of this process, as libpq sees it.
    pub fn of_process() -> Self {
        let of_account = nix::unistd::User::from_uid(nix::unistd::geteuid()).ok().flatten();
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            if name.starts_with("PG") { Some((name, value.into_string().ok()?)) } else { None }
        });
        let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Environment {
            variables: variables.collect(),
            home: home.or_else(|| of_account.as_ref().map(|account| account.dir.clone())),
            user: of_account.map(|account| account.name),
        }
    }

    /// None at all: the string says everything. For private servers, whose strings we write ourselves.
    pub fn none() -> Self {
        let account = Self::of_process();
        Environment { variables: BTreeMap::new(), home: None, user: account.user }
    }

    /// These variables; `HOME` among them names the home directory, and without it there is none.
    pub fn new<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut variables: BTreeMap<String, String> =
            variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let home = variables.remove("HOME").map(PathBuf::from);
        Environment { variables, home, ..Self::none() }
    }

    /// The value of a variable, perhaps an empty one.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// The account that this process runs as.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// A file of `~/.postgresql`.
    pub(super) fn in_home(&self, name: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(".postgresql").join(name))
    }

    /// The parameters that a service stands for: from the user's file, else from the system's.
    pub(super) fn service(&self, service: &str) -> Result<Vec<(String, String)>> {
        let named = self.variable("PGSERVICEFILE").map(PathBuf::from);
        let in_home =
            || self.home.as_ref().map(|home| home.join(".pg_service.conf")).filter(|file| file.exists());
        let system: Vec<PathBuf> = match self.variable("PGSYSCONFDIR") {
            Some(directory) => vec![PathBuf::from(directory)],
            None => SYSTEM_DIRECTORIES.iter().map(PathBuf::from).collect(),
        };
        let system = system.into_iter().map(|it| it.join("pg_service.conf")).find(|file| file.exists());
        for file in named.or_else(in_home).into_iter().chain(system) {
            if let Some(found) = service_in(&file, service)? {
                return Ok(found);
            }
        }
        Err(Error::usage(format!("the service {} is not defined", super::redact::shown(service))).help(
            "define it in ~/.pg_service.conf, or in the file that PGSERVICEFILE names: [name], then host=…, port=…",
        ))
    }

    /// The password of the password file for one server; and what keeps the file from being read.
    pub(super) fn password(
        &self,
        passfile: Option<&str>,
        [host, port, dbname, user]: [&str; 4],
    ) -> (Option<String>, Option<String>) {
        let file =
            passfile.map(PathBuf::from).or_else(|| self.home.as_ref().map(|home| home.join(".pgpass")));
        let Some(file) = file else { return (None, None) };
        let Ok(about) = fs::metadata(&file) else { return (None, None) };
        if !about.is_file() {
            return (
                None,
                Some(format!("the password file {} is not a plain file and is not read", file.display())),
            );
        }
        if about.mode() & 0o077 != 0 {
            let warning = format!(
                "the password file {} is not read, since others may read it: chmod 0600 {0}",
                file.display()
            );
            return (None, Some(warning));
        }
        let text = fs::read(&file).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let found = text.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
            let mut rest = line;
            for wanted in [host, port, dbname, user] {
                let (field, after) = field(rest)?;
                if field != "*" && unescaped(field) != wanted {
                    return None;
                }
                rest = after;
            }
            Some(unescaped(rest.trim_end_matches('\r')))
        });
        (found.filter(|password| !password.is_empty()), None)
    }
}

/// Names, never values.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment")
            .field("variables", &self.variables.keys().collect::<Vec<_>>())
            .field("home", &self.home)
            .finish_non_exhaustive()
    }
}

/// Up to a `:` that has no `\` before it.
fn field(line: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    let end = line.find(|character| {
        let ends = character == ':' && !escaped;
        escaped = character == '\\' && !escaped;
        ends
    })?;
    Some((&line[..end], &line[end + 1..]))
}

fn unescaped(field: &str) -> String {
    let mut text = String::new();
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

fn service_in(file: &Path, service: &str) -> Result<Option<Vec<(String, String)>>> {
    let name = || file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| {
        Error::usage(format!("the service file {} cannot be read", name())).because(error)
    })?;
    let wrong =
        |line: usize, what: &str| Error::usage(format!("the service file: {what}")).at(name(), line + 1, 1);
    let mut found: Option<Vec<(String, String)>> = None;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            if found.is_some() {
                break;
            }
            if line.strip_prefix('[').and_then(|it| it.split_once(']')).is_some_and(|(it, _)| it == service) {
                found = Some(Vec::new());
            }
            continue;
        }
        let Some(found) = &mut found else { continue };
        if line.starts_with("ldap") {
            return Err(wrong(number, "services from LDAP are not supported"));
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err(wrong(number, "there is no `=` in this line"));
        };
        if key == "service" {
            return Err(wrong(number, "a service cannot stand for another one"));
        }
        // A value is taken as it stands, without quotes; its name is one that a string could have.
        if pairs(&format!("{key}=x")).is_none() {
            return Err(wrong(number, "there is no parameter's name before the `=`"));
        }
        // Of one that is said twice, libpq takes the first here.
        if !found.iter().any(|(before, _)| before == key) {
            found.push((key.to_owned(), value.to_owned()));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_read_as_libpq_does() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("services");
        fs::write(
            &file,
            "# x\n[a]\nhost=h\n\n[b]\n  port=1 \nhost= x y\nport=2\n[b]\nuser=u\n[c]\nservice=a\n",
        )
        .unwrap();
        let environment =
            Environment::new([("PGSERVICEFILE", file.to_str().unwrap()), ("PGSYSCONFDIR", "/none")]);
        let service = |name| environment.service(name);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(service("b").unwrap(), [pair("port", "1"), pair("host", " x y")]);
        assert!(service("c").unwrap_err().to_string().contains("services:12:1"));
        assert!(service("d").unwrap_err().to_string().contains("the service d is not defined"));
    }

    #[test]
    fn passwords_are_looked_up_as_libpq_does() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(".pgpass");
        fs::write(&file, "# x:*:*:*:no\nshort\na\\:b:1:*:u:p\\:\\\\q\n*:*:d:u:second\n*:*:e:u:\n").unwrap();
        let environment = Environment::new([("HOME", directory.path().to_str().unwrap())]);
        let password = |server| environment.password(None, server);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(password(["a:b", "1", "d", "u"]).0.as_deref(), Some("p:\\q"));
        assert_eq!(password(["x", "2", "d", "u"]).0.as_deref(), Some("second"));
        assert_eq!(password(["x", "2", "e", "u"]), (None, None));
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let (found, warning) = password(["x", "2", "d", "u"]);
        assert!(found.is_none() && warning.unwrap().contains("chmod 0600"));
    }
}
