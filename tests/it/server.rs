//! Private servers: started, joined, stopped, and never left behind.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use feedstock::internals::server::Server;
use postgres::NoTls;

use crate::support;

/// Set in a child process of a test: what the child does there.
const ROLE: &str = "FEEDSTOCK_TEST_SERVER_ROLE";

const SCRATCH_DIR: &str = "FEEDSTOCK_SCRATCH_DIR";

fn data_directory(server: &Server) -> PathBuf {
    let mut client = server.config("postgres").connect(NoTls).unwrap();
    let directory: String = client.query_one("SHOW data_directory", &[]).unwrap().get(0);
    directory.into()
}

fn answers(url: &str) -> bool {
    postgres::Client::connect(url, NoTls).is_ok()
}

#[test]
fn a_scratch_server_answers_by_url_and_config_and_ends_with_its_value() {
    let server = Server::scratch().unwrap();
    let (url, directory) = (server.url("postgres"), data_directory(&server));
    let mut client = postgres::Client::connect(&url, NoTls).unwrap();
    let row = client
        .query_one("SELECT current_setting('server_version_num')::int, current_user::text", &[])
        .unwrap();
    assert_eq!((row.get::<_, i32>(0), row.get(1)), (server.version().cast_signed(), "feedstock"));
    let listens: String = client.query_one("SHOW listen_addresses", &[]).unwrap().get(0);
    assert_eq!(listens, "", "nothing may listen on TCP");
    drop(server);
    assert!(!directory.exists(), "{} is left", directory.display());
    assert!(!answers(&url));
}

#[test]
fn its_programs_run_against_it() {
    let server = Server::scratch().unwrap();
    let output = server.command("psql").args(["-XAtc", "SELECT 1 + 1", "postgres"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "2\n", "{}", String::from_utf8_lossy(&output.stderr));
}

/// How many kilobytes are free where the system has a file system in memory.
fn free_in_memory() -> u64 {
    let memory = output("df", &["-Pk", "-t", "tmpfs", "/dev/shm"]);
    memory.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse().ok()).unwrap_or(0)
}

#[test]
fn a_scratch_server_lives_in_memory_where_there_is_room() {
    // Where this is set, the tests' servers live there.
    if !cfg!(target_os = "linux") || std::env::var_os(SCRATCH_DIR).is_some() || free_in_memory() < 2 << 20 {
        return support::not_applicable("scratch servers in memory: there is no room in /dev/shm");
    }
    let directory = data_directory(&Server::scratch().unwrap());
    assert!(directory.starts_with(format!("/dev/shm/feedstock-{}", effective_user())), "{directory:?}");
}

fn effective_user() -> String {
    output("id", &["-u"]).trim().to_owned()
}

/// A scratch server in a process of its own that is told where it is to live.
fn scratch_in(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
    command.args(["inspect", "migrations"]).env(SCRATCH_DIR, directory).env_remove("FEEDSTOCK_SCRATCH_URL");
    command
}

/// A directory that the server's account can reach.
fn open_directory() -> tempfile::TempDir {
    directory_with(0o755)
}

fn directory_with(mode: u32) -> tempfile::TempDir {
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(mode)).tempdir().unwrap()
}

#[test]
fn a_scratch_server_lives_where_the_user_says() {
    let parent = open_directory();
    let output = scratch_in(parent.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let own = parent.path().join(format!("feedstock-{}", effective_user()));
    assert!(own.join("clusters").is_dir(), "initdb's cluster is there");
    assert_eq!(std::fs::read_dir(own.join("scratch")).unwrap().count(), 0, "the server's files are gone");
}

#[test]
fn a_place_that_cannot_be_used_is_said() {
    let said = |directory: &Path, status| {
        let output = scratch_in(directory).output().unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{text}");
        text
    };
    let text = said(Path::new("scratch/here"), 2);
    assert!(text.contains("FEEDSTOCK_SCRATCH_DIR=scratch/here is not an absolute path"), "{text}");
    let file = tempfile::NamedTempFile::new().unwrap();
    let text = said(file.path(), 4);
    assert!(text.contains("has no place for scratch servers") && text.contains("or unset it"), "{text}");
    if effective_user() != "0" {
        return;
    }
    // A directory that is root's alone, while the server runs as another account.
    let closed = directory_with(0o700);
    let text = said(closed.path(), 4);
    assert!(text.contains("and cannot enter /") && text.contains(SCRATCH_DIR), "{text}");
}

#[test]
fn a_server_that_runs_out_of_memory_for_its_files_says_what_to_do() {
    let Some(small) = SmallMemory::mounted() else {
        return support::not_applicable("a full file system in memory: mounting one is not allowed here");
    };
    let migrations = small.0.path().join("migrations");
    let fill = |how: &str, sql: &str| {
        std::fs::write(migrations.join("V1__fill.sql"), sql).unwrap();
        let migrations = migrations.to_str().unwrap();
        let output = scratch_in(&small.0.path().join("memory"))
            .args(["--migrations", migrations])
            .args(["--quiet"])
            .current_dir(small.0.path())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{how}: {text}");
        assert!(text.contains("which is in memory, and no room is left there"), "{how}: {text}");
        assert!(text.contains("name a directory with more in FEEDSTOCK_SCRATCH_DIR"), "{how}: {text}");
    };
    std::fs::create_dir(&migrations).unwrap();
    fill("a table", "CREATE TABLE t AS SELECT repeat('x', 1000) AS c FROM generate_series(1, 1000000);\n");
    // The server itself ends, since a commit cannot be written.
    fill(
        "the write-ahead log",
        "CREATE TABLE t (n int); DO $$ BEGIN FOR i IN 1..1000000 LOOP \
         PERFORM pg_logical_emit_message(false, 'feedstock', repeat('x', 1000)); END LOOP; END $$;\n",
    );
}

/// A file system in memory that is full soon.
struct SmallMemory(tempfile::TempDir);

impl SmallMemory {
    fn mounted() -> Option<Self> {
        let small = SmallMemory(open_directory());
        let place = small.0.path().join("memory");
        std::fs::create_dir(&place).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=120m", "tmpfs"]).arg(&place).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success()).then_some(small)
    }
}

impl Drop for SmallMemory {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path().join("memory")).status();
    }
}

#[test]
fn a_killed_owner_leaves_no_server() {
    let mut child = support::child(ROLE, "scratch", "server::child");
    let url = support::first_line(&mut child);
    assert!(answers(&url));
    child.kill().unwrap();
    child.wait().unwrap();
    support::eventually("the server of a killed owner ends", || !answers(&url));
}

#[test]
fn what_kills_the_watcher_too_is_swept_by_the_next_start() {
    let mut child = support::child(ROLE, "scratch", "server::child");
    let url = support::first_line(&mut child);
    let directory = {
        let mut client = postgres::Client::connect(&url, NoTls).unwrap();
        let directory: String = client.query_one("SHOW data_directory", &[]).unwrap().get(0);
        PathBuf::from(directory)
    };
    // The watcher is the postmaster's parent, and its other half is the watcher's other child.
    let postmaster = std::fs::read_to_string(directory.join("postmaster.pid")).unwrap();
    let watcher = output("ps", &["-o", "ppid=", "-p", postmaster.lines().next().unwrap()]);
    let halves = output("pgrep", &["-P", watcher.trim(), "sh"]);
    for pid in [watcher.trim()].into_iter().chain(halves.lines()) {
        assert!(Command::new("kill").args(["-KILL", pid]).status().unwrap().success());
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answers(&url), "the server now lives on without anybody");
    let next = Server::scratch().unwrap();
    assert!(!directory.exists(), "{} is left", directory.display());
    support::eventually("the orphan ends", || !answers(&url));
    drop(next);
}

#[test]
fn a_data_server_is_joined_and_stops_with_the_last_one() {
    let project = tempfile::tempdir().unwrap();
    let first = Server::data(project.path()).unwrap();
    let url = first.url("postgres");
    let second = Server::data(project.path()).unwrap();
    assert_eq!(second.url("postgres"), url);
    drop(first);
    assert!(answers(&url), "the second one still uses it");
    drop(second);
    assert!(!answers(&url), "nobody uses it any more");
    remove_data(project.path());
}

#[test]
fn a_data_server_keeps_its_data() {
    let project = tempfile::tempdir().unwrap();
    let statements = ["CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)", "TABLE kept"];
    for statement in statements {
        let server = Server::data(project.path()).unwrap();
        let mut client = server.config("postgres").connect(NoTls).unwrap();
        client.batch_execute(statement).unwrap();
    }
    remove_data(project.path());
}

#[test]
fn many_processes_may_start_one_data_server_at_once() {
    let project = tempfile::tempdir().unwrap();
    let path = project.path().to_str().unwrap();
    let mut children: Vec<Child> = (0..4).map(|_| support::child(ROLE, path, "server::child")).collect();
    let urls: Vec<String> = children.iter_mut().map(support::first_line).collect();
    assert!(urls.iter().all(|url| answers(url)));
    // Each ends in its own way; the last one is killed and leaves the server to us.
    for (number, child) in children.iter_mut().enumerate() {
        if number == 3 {
            child.kill().unwrap();
        } else {
            drop(child.stdin.take());
        }
        child.wait().unwrap();
    }
    assert!(answers(&urls[0]));
    drop(Server::data(project.path()).unwrap());
    assert!(!answers(&urls[0]));
    remove_data(project.path());
}

#[test]
fn ctrl_c_stops_a_data_server() {
    let project = tempfile::tempdir().unwrap();
    let mut child = support::child(ROLE, project.path().to_str().unwrap(), "server::child");
    let url = support::first_line(&mut child);
    assert_eq!(support::interrupt(child), Some(130));
    assert!(!answers(&url));
    remove_data(project.path());
}

#[test]
fn a_path_too_long_for_a_socket_gets_a_short_one() {
    let project = tempfile::tempdir().unwrap();
    let long = project.path().join("l".repeat(110));
    std::fs::create_dir(&long).unwrap();
    let server = Server::data(&long).unwrap();
    assert!(answers(&server.url("postgres")));
    drop(server);
    remove_data(&long);
}

#[test]
fn data_of_a_version_that_is_not_here_says_so() {
    let project = tempfile::tempdir().unwrap();
    let server = Server::data(project.path()).unwrap();
    let directory = data_directory(&server);
    drop(server);
    std::fs::write(directory.join("PG_VERSION"), "9.6\n").unwrap();
    let error = Server::data(project.path()).unwrap_err();
    assert!(error.to_string().contains("was created by Postgres 9.6"), "{error}");
    std::fs::remove_dir_all(directory.parent().unwrap()).unwrap();
}

/// Not a test by itself: what the tests above run in a process of its own.
#[test]
fn child() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let server = if role == "scratch" { Server::scratch() } else { Server::data(Path::new(&role)) }.unwrap();
    support::tell_and_wait(&server.url("postgres"));
}

/// As root the data stands outside of the project, so removing the project does not remove it.
fn remove_data(project: &Path) {
    let server = Server::data(project).unwrap();
    let directory = data_directory(&server);
    drop(server);
    std::fs::remove_dir_all(directory.parent().unwrap()).unwrap();
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
