//! What a project's scratch server keeps from one run to the next.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::support;

/// A project whose history leaves a line in a file each time it is replayed.
struct Project {
    directory: TempDir,
}

impl Project {
    fn new() -> Self {
        let project = Project { directory: tempfile::tempdir().unwrap() };
        // The server may run as another account.
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(project.directory.path(), open).unwrap();
        std::fs::create_dir(project.directory.path().join("migrations")).unwrap();
        project.migration(
            "V1__first.sql",
            &format!(
                "CREATE TABLE first (id integer PRIMARY KEY);\n\
             COPY (SELECT 1) TO PROGRAM 'cat >> {}';\n",
                project.replays().display()
            ),
        );
        project
    }

    fn replays(&self) -> PathBuf {
        self.directory.path().join("replays")
    }

    /// How often the history was replayed.
    fn count(&self) -> usize {
        std::fs::read_to_string(self.replays()).unwrap_or_default().lines().count()
    }

    fn migration(&self, name: &str, text: &str) {
        std::fs::write(self.directory.path().join("migrations").join(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(arguments).current_dir(self.directory.path());
        command.env_remove("FEEDSTOCK_SCRATCH_URL").env_remove("DATABASE_URL").env("FEEDSTOCK_CACHE", "on");
        // The history runs a program.
        command.env("FEEDSTOCK_REPLAY_AS", "superuser");
        command
    }

    /// What `migrations` hold, as SQL.
    fn inspect(&self, migrations: &str) -> String {
        let output = self.command(&["inspect", migrations]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A run that stands in the middle of its work.
    fn stuck(&self) -> Child {
        self.migration("V2__stuck.sql", "SELECT pg_sleep(600);\n");
        let mut command = self.command(&["inspect", "migrations"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let before = self.count();
        support::eventually("the replay gets to its second file", || self.count() > before);
        child
    }
}

#[test]
fn a_history_is_replayed_once_and_again_when_it_changes() {
    let project = Project::new();
    let first = project.inspect("migrations");
    assert!(first.contains("CREATE TABLE public.first"), "{first}");
    assert_eq!((project.inspect("migrations"), project.count()), (first.clone(), 1));
    project.migration("V2__second.sql", "CREATE TABLE second (id integer PRIMARY KEY);\n");
    assert!(project.inspect("migrations").contains("public.second"));
    assert_eq!(project.count(), 2);
    // The shorter history is still there beside the longer one.
    assert_eq!((project.inspect("migrations@1"), project.count()), (first, 2));
}

#[test]
fn a_plan_is_worked_out_and_proven_on_what_was_kept() {
    let project = Project::new();
    project.inspect("migrations");
    let wanted = "CREATE TABLE first (id integer PRIMARY KEY, name text);\n";
    std::fs::write(project.directory.path().join("wanted.sql"), wanted).unwrap();
    for _ in 0..2 {
        let output =
            project.command(&["diff", "--from", "migrations", "--to", "wanted.sql"]).output().unwrap();
        let (said, error) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(said.contains("ADD COLUMN name text"), "{said}{error}");
    }
    assert_eq!(project.count(), 1);
}

#[test]
fn a_role_of_an_earlier_replay_does_not_stand_in_the_way() {
    let project = Project::new();
    let role = format!("kept_{}", std::process::id());
    project.migration("V2__role.sql", &format!("CREATE ROLE {role} NOLOGIN;\n"));
    project.inspect("migrations");
    project.migration(
        "V3__more.sql",
        &format!("CREATE TABLE more (id integer); GRANT SELECT ON more TO {role};\n"),
    );
    let output = project.command(&["inspect", "migrations"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn of_two_runs_at_once_one_begins_anew_and_a_killed_one_leaves_nothing() {
    let project = Project::new();
    project.inspect("migrations@1");
    let mut stuck = project.stuck();
    let before = project.count();
    project.inspect("migrations@1");
    assert_eq!(project.count(), before + 1, "the other run has what was kept");
    stuck.kill().unwrap();
    stuck.wait().unwrap();
    project.inspect("migrations@1");
    assert_eq!(project.count(), before + 1, "what the second run left is used");
    let mut stuck = project.stuck();
    stuck.kill().unwrap();
    stuck.wait().unwrap();
    let before = project.count();
    project.inspect("migrations@1");
    assert_eq!(project.count(), before + 1, "a cluster that was not stopped cleanly is thrown away");
}

/// A kept database is not there for files: renamed or dropped, it would stand for another history.
#[test]
fn files_do_nothing_to_what_is_kept_and_what_is_gone_is_built_anew() {
    const RENAME: &str = "DO $$ DECLARE name text; renamed integer := 0; BEGIN
        FOR name IN SELECT datname FROM pg_database WHERE datname LIKE 'feedstock_kept%' LOOP
            EXECUTE format('ALTER DATABASE %I RENAME TO %I', name, 'gone' || substr(name, 15));
            renamed := renamed + 1;
        END LOOP;
        IF renamed = 0 THEN RAISE 'nothing is kept'; END IF;
    END $$;\n";
    let project = Project::new();
    project.inspect("migrations");
    let before = project.count();
    // Trusted files may.
    project.migration("V2__rename.sql", RENAME);
    let output = project.command(&["inspect", "migrations"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(project.count(), before + 1);
    assert!(project.inspect("migrations@1").contains("public.first"));
    assert_eq!(project.count(), before + 2, "it is built anew");
    assert!(project.inspect("migrations@1").contains("public.first"));
    assert_eq!(project.count(), before + 2, "and kept");
    // Others may not.
    project.migration("V1__first.sql", "CREATE TABLE first (id integer PRIMARY KEY);\n");
    for _ in 0..2 {
        let owner = |argument| {
            let mut command = project.command(&["inspect", argument]);
            command.env_remove("FEEDSTOCK_REPLAY_AS").output().unwrap()
        };
        let output = owner("migrations@1");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let output = owner("migrations");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("must be owner of database"), "{said}");
    }
}
