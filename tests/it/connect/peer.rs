//! A Postgres server that listens on TCP, with TLS and rules of its own, and psql as the judge of what it lets in.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use feedstock::internals::connect::{Environment, connect_in};
use postgres::SimpleQueryMessage;
use tempfile::TempDir;

use crate::support;

/// Who the session is, where, and how.
const QUESTION: &str = "SELECT current_user, current_database(), \
    (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), coalesce(inet_server_port(), 0), \
    CASE WHEN current_setting('application_name') IN ('psql', 'feedstock') THEN '' \
         ELSE current_setting('application_name') END, \
    current_setting('search_path'), current_setting('TimeZone'), current_setting('DateStyle'), pg_is_in_recovery()";

/// A server that ends with this value, or with this process.
pub struct Peer {
    pub directory: TempDir,
    pub port: u16,
    // The server lives until the input of this process ends.
    life: Child,
}

/// A certificate of this directory's subdirectory.
pub fn certificate(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/connect/certificates").join(name)
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Peer {
    /// Starts one; `rules` are the lines of its pg_hba.conf.
    pub fn start(rules: &str, settings: &str) -> Self {
        let (directory, account) = place();
        let data = directory.path().join("data");
        let mut initdb = Command::new(program("initdb"));
        initdb.args(["-U", "feedstock", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C", "-D"]);
        finished(initdb.arg(&data), account);
        append(
            &data,
            &format!(
                "listen_addresses = '127.0.0.1'\nfsync = off\nssl = on\nssl_cert_file = 'named.crt'\n\
                 ssl_key_file = 'named.key'\nssl_ca_file = 'root.crt'\nmax_connections = 50\n\
                 shared_buffers = '16MB'\n{settings}"
            ),
        );
        fs::write(data.join("pg_hba.conf"), format!("local all feedstock trust\n{rules}\n")).unwrap();
        for file in fs::read_dir(certificate("")).unwrap().map(|entry| entry.unwrap().path()) {
            let copy = data.join(file.file_name().unwrap());
            fs::copy(&file, &copy).unwrap();
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
            account.inspect(|(uid, gid)| chown(&copy, Some(*uid), Some(*gid)).unwrap());
        }
        Self::run(directory, account)
    }

    /// A hot standby of this server, with its rules and settings; a rule must let `feedstock` replicate on the socket.
    pub fn standby(&self) -> Self {
        let (directory, account) = place();
        let mut copy = Command::new(program("pg_basebackup"));
        copy.args(["-R", "--no-sync", "--checkpoint=fast", "-U", "feedstock", "-h", &self.socket(), "-p"]);
        copy.arg(self.port.to_string()).arg("-D").arg(directory.path().join("data"));
        finished(&mut copy, account);
        Self::run(directory, account)
    }

    /// Runs the data of this directory on a port of its own.
    fn run(directory: TempDir, account: Option<(u32, u32)>) -> Self {
        let (data, port) = (directory.path().join("data"), free_port());
        append(&data, &format!("port = {port}\nunix_socket_directories = '{}'", directory.path().display()));
        // Sent the end of its input, which the end of this process is too, the shell ends the server.
        let mut shell = Command::new("sh");
        shell.args(["-c", "\"$0\" -D \"$1\" >\"$2\" 2>&1 </dev/null & read _; kill -INT $!; wait $!"]);
        shell.arg(program("postgres")).arg(&data).arg(directory.path().join("log"));
        shell.current_dir("/").stdin(Stdio::piped()).env("LC_ALL", "C");
        as_account(&mut shell, account);
        let peer = Peer { directory, port, life: shell.spawn().unwrap() };
        support::eventually("the server answers", || peer.try_sql("SELECT 1").is_ok());
        peer
    }

    /// Runs statements as superuser.
    pub fn sql(&self, sql: &str) -> String {
        self.try_sql(sql).unwrap()
    }

    fn try_sql(&self, sql: &str) -> Result<String, String> {
        let string = format!("host={} port={} user=feedstock dbname=postgres", self.socket(), self.port);
        Judge::new(&[]).psql_says(&string, sql)
    }

    /// The directory of its socket.
    pub fn socket(&self) -> String {
        self.directory.path().display().to_string()
    }

    /// A file that the client reads; `mode` as in `chmod`.
    pub fn file(&self, name: &str, text: &[u8], mode: u32) -> String {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path.display().to_string()
    }

    /// Has it present another certificate from now on; `None` is no TLS at all.
    pub fn present(&self, certificate: Option<&str>) {
        match certificate {
            Some(name) => {
                self.sql(&format!("ALTER SYSTEM SET ssl_cert_file = '{name}.crt'"));
                self.sql(&format!("ALTER SYSTEM SET ssl_key_file = '{name}.key'"));
                self.sql("ALTER SYSTEM SET ssl = on");
            }
            None => {
                self.sql("ALTER SYSTEM SET ssl = off");
            }
        }
        self.sql("SELECT pg_reload_conf()");
        let expected = certificate.map_or("off".to_owned(), |name| format!("on{name}.crt"));
        support::eventually("the server has read its settings", || {
            let now = self.sql("SELECT current_setting('ssl') || current_setting('ssl_cert_file')");
            if certificate.is_none() { now.starts_with("off") } else { now == expected }
        });
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.life.stdin.take());
        let _ = self.life.wait();
    }
}

/// A directory for a server, and who may run one there: as root, somebody else.
fn place() -> (TempDir, Option<(u32, u32)>) {
    let directory = tempfile::Builder::new().prefix("fs-peer").tempdir_in("/tmp").unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let id = |flag: &str| -> u32 {
        let output = Command::new("id").args([flag, "postgres"]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().parse().expect("an account `postgres`")
    };
    let is_root =
        fs::metadata(directory.path()).is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0);
    let account = is_root.then(|| (id("-u"), id("-g")));
    account.inspect(|(uid, gid)| chown(directory.path(), Some(*uid), Some(*gid)).unwrap());
    (directory, account)
}

/// Adds lines to the configuration of a server.
fn append(data: &Path, lines: &str) {
    let mut file = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf")).unwrap();
    write!(file, "\n{lines}\n").unwrap();
}

/// Runs a program to its end, which must be a good one.
fn finished(command: &mut Command, account: Option<(u32, u32)>) {
    as_account(command.current_dir("/"), account);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn as_account(command: &mut Command, account: Option<(u32, u32)>) {
    if let Some((uid, gid)) = account {
        command.uid(uid).gid(gid);
    }
}

fn program(name: &str) -> PathBuf {
    support::server().server().expect("a private server").bin(name)
}

/// Two clients in the same environment, psql and ours.
pub struct Judge {
    variables: BTreeMap<String, String>,
}

impl Judge {
    /// With these variables, and no others that libpq reads. Without `HOME` there is no home.
    pub fn new(variables: &[(&str, &str)]) -> Self {
        let mut all: BTreeMap<String, String> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        all.entry("HOME".to_owned()).or_insert_with(|| "/nonexistent".to_owned());
        Judge { variables: all }
    }

    /// What psql answers to one question, or why it does not.
    pub fn psql_says(&self, string: &str, sql: &str) -> Result<String, String> {
        let output = Command::new(program("psql"))
            .args(["-w", "-X", "-A", "-t", "-c", sql, string])
            .env_clear()
            .envs(&self.variables)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("LC_ALL", "C")
            .current_dir("/")
            .output()
            .unwrap();
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout).unwrap().trim_end().to_owned());
        }
        Err(String::from_utf8_lossy(&output.stderr).trim_end().to_owned())
    }

    /// What psql finds at the end of a connection string.
    pub fn psql(&self, string: &str) -> Result<String, String> {
        self.psql_says(string, QUESTION)
    }

    /// What we find there.
    pub fn ours(&self, string: &str) -> Result<String, String> {
        let variables = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut client =
            connect_in(string, &Environment::new(variables)).map_err(|error| error.to_string())?;
        let answer = client.simple_query(QUESTION).map_err(|error| error.to_string())?;
        let row = answer.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                let columns = (0..row.len()).map(|column| row.get(column).unwrap_or_default());
                Some(columns.collect::<Vec<_>>().join("|"))
            }
            _ => None,
        });
        Ok(row.unwrap())
    }

    /// Says where the two differ: both are let in, to the same, or both are not.
    pub fn difference(&self, string: &str) -> Option<String> {
        let (psql, ours) = (self.psql(string), self.ours(string));
        let same = match (&psql, &ours) {
            (Ok(psql), Ok(ours)) => psql == ours,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        (!same).then(|| {
            let named = self.variables.iter().filter(|(name, _)| *name != "HOME");
            let set: Vec<String> = named.map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {string}\n  psql: {psql:?}\n  ours: {ours:?}", set.join(" "))
        })
    }
}
