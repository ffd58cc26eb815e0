//! A disk that is full: a tablespace in the middle of a file, and the disk of the whole server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use postgres::Client;

use super::BOUND;
use super::cluster::{Cluster, Database, ROLE, give_to_server_account};
use super::process::Run;
use super::trial::Trial;
use super::workload::{self, backfill, exists, one, project};

/// What fills the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filler {
    Transaction,
    CreateIndex,
    Backfill,
    Server,
}

const FILLERS: [Filler; 4] = [Filler::Transaction, Filler::CreateIndex, Filler::Backfill, Filler::Server];

/// Each of them is a run that fails for want of room, and another one when there is some.
pub fn round(trial: &mut Trial<'_>, round: usize) -> usize {
    let filler = FILLERS[round % FILLERS.len()];
    trial.phase(format!("full by {filler:?}"));
    let megabytes = if filler == Filler::Server { 110 } else { 64 };
    let disk = match Disk::mount(megabytes) {
        Ok(disk) => disk,
        Err(why) => {
            trial.not_run(why);
            return 1;
        }
    };
    match filler {
        Filler::Server => server(trial, &disk),
        _ => tablespace(trial, filler, &disk),
    }
    1
}

const BASE: &str = "CREATE TABLE ledger (file integer NOT NULL);\n\
     CREATE TABLE data (id integer PRIMARY KEY, body text NOT NULL, b text, n integer NOT NULL DEFAULT 0);\n\
     INSERT INTO data SELECT n, repeat(md5(n::text), 6) FROM generate_series(1, 40000) AS n;\n\
     CREATE TYPE mood AS ENUM ('first');\nINSERT INTO ledger VALUES (1);\n";

fn tablespace(trial: &mut Trial<'_>, filler: Filler, disk: &Disk) {
    let cluster = &trial.world.cluster;
    let database = cluster.database();
    let space = format!("space_{}", database.name);
    let mut admin = cluster.admin();
    admin
        .batch_execute(&format!("CREATE TABLESPACE {space} OWNER {ROLE} LOCATION '{}'", disk.path.display()))
        .unwrap();
    // There is room for what is made, but not beside the ballast.
    let text = match filler {
        Filler::Transaction => format!(
            "INSERT INTO ledger VALUES (2);\nCREATE TABLE copy TABLESPACE {space} AS SELECT * FROM data;\n"
        ),
        Filler::CreateIndex => format!(
            "-- feedstock: no-transaction\nCREATE INDEX CONCURRENTLY copy ON data (body, id) TABLESPACE {space};\n"
        ),
        _ => backfill("b = body, n = n + 1", "b", 2000, 0.0),
    };
    let project = project(&[("V1__base.sql", BASE)]);
    Run::apply(project.path(), &database.url()).wait(trial, BOUND).must_be_good(trial, "the first file");
    if filler == Filler::Backfill {
        let space_of_data = format!("ALTER TABLE data SET TABLESPACE {space}");
        database.client().batch_execute(&space_of_data).unwrap();
    }
    disk.fill(if filler == Filler::Backfill { 2 } else { 8 });
    std::fs::write(project.path().join("migrations/V2__next.sql"), text).unwrap();
    fails_and_completes(trial, &database, project.path(), disk, |client| match filler {
        Filler::Transaction => exists(client, "copy") && one(client, "SELECT count(*) FROM copy") == 40_000,
        Filler::CreateIndex => {
            one(client, "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('copy') AND indisvalid")
                == 1
                && one(client, "SELECT count(*) FROM pg_index WHERE NOT indisvalid") == 0
        }
        _ => one(client, "SELECT count(*) FROM data WHERE b = body AND n = 1") == 40_000,
    });
    drop(database);
    admin.batch_execute(&format!("DROP TABLESPACE {space}")).unwrap();
}

/// A run that must fail since the disk is full, and another one that must complete it.
fn fails_and_completes(
    trial: &mut Trial<'_>,
    database: &Database<'_>,
    project: &Path,
    disk: &Disk,
    complete: impl Fn(&mut Client) -> bool,
) {
    let ended = Run::apply(project, &database.url()).wait(trial, BOUND);
    trial.took(ended.took);
    ended.must_be_a_failure(trial, "the run on a full disk");
    if !ended.names(2) || !ended.text.contains("No space left on device") && !ended.text.contains("53100") {
        trial.wrong(format!("it does not say what is wrong where:\n{}", ended.text));
    }
    let mut client = database.client();
    let recorded = workload::recorded(&mut client);
    super::tells_the_truth(trial, &ended, &recorded);
    if recorded != [1] || one(&mut client, "SELECT count(*) FROM ledger") != 1 {
        trial.wrong(format!("the history has {recorded:?}"));
    }
    intact(trial, &mut client);
    disk.empty();
    super::next_run_completes(trial, database, project, |client| {
        workload::recorded(client) == [1, 2] && complete(client)
    });
    intact(trial, &mut client);
}

fn intact(trial: &mut Trial<'_>, client: &mut Client) {
    let rows = one(client, "SELECT count(*) FROM data WHERE body = repeat(md5(id::text), 6)");
    if rows != 40_000 {
        trial.wrong(format!("lost: {rows} of 40000 rows are intact"));
    }
}

/// The server's own disk: it ends itself when it cannot write its log.
fn server(trial: &mut Trial<'_>, disk: &Disk) {
    let cluster = Cluster::start_in(&disk.path, &["max_wal_size=32MB", "min_wal_size=2MB"]);
    let database = cluster.database();
    let project = project(&[("V1__base.sql", BASE)]);
    Run::apply(project.path(), &database.url()).wait(trial, BOUND).must_be_good(trial, "the first file");
    disk.fill(4);
    let text = "INSERT INTO ledger VALUES (2);\nCREATE TABLE copy AS SELECT d.*, x \
         FROM data AS d, generate_series(1, 20) AS x;\n";
    std::fs::write(project.path().join("migrations/V2__next.sql"), text).unwrap();
    let ended = Run::apply(project.path(), &database.url()).wait(trial, BOUND);
    trial.took(ended.took);
    ended.must_be_a_failure(trial, "the run on a server without room");
    if !ended.names(2) {
        trial.wrong(format!("it does not say at which file:\n{}", ended.text));
    }
    disk.empty();
    cluster.start_again();
    let mut client = database.client();
    let recorded = workload::recorded(&mut client);
    super::tells_the_truth(trial, &ended, &recorded);
    let rows = one(&mut client, "SELECT count(*) FROM ledger WHERE file = 2");
    if (rows == 1) != recorded.contains(&2) {
        trial.wrong(format!("the history has {recorded:?}, the ledger {rows} rows of V2"));
    }
    intact(trial, &mut client);
    std::fs::write(
        project.path().join("migrations/V2__next.sql"),
        "INSERT INTO ledger VALUES (2);\nCREATE TABLE copy ();\n",
    )
    .unwrap();
    super::next_run_completes(trial, &database, project.path(), |client| {
        workload::recorded(client) == [1, 2] && one(client, "SELECT count(*) FROM ledger") == 2
    });
    drop(client);
    drop(database);
}

/// A small file system in memory.
struct Disk {
    path: PathBuf,
}

impl Disk {
    fn mount(megabytes: usize) -> Result<Self, String> {
        let path = tempfile::Builder::new().prefix("disk-").tempdir().unwrap().keep();
        let size = format!("size={megabytes}m,mode=0755");
        let output = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&path).output();
        let output = output.map_err(|error| format!("mount cannot be run: {error}"))?;
        if !output.status.success() {
            let _ = std::fs::remove_dir(&path);
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(format!("no small file system can be mounted ({said}); as root it can be"));
        }
        give_to_server_account(&path);
        Ok(Disk { path })
    }

    /// Takes room away, up to some megabytes; `empty` gives it back.
    fn fill(&self, left: u64) {
        let stat = Command::new("df").args(["--output=avail", "-k"]).arg(&self.path).output().unwrap();
        let text = String::from_utf8_lossy(&stat.stdout);
        let free: u64 = text.lines().last().and_then(|line| line.trim().parse().ok()).unwrap_or(0);
        let ballast = free.saturating_sub(left * 1024) * 1024;
        std::fs::write(self.ballast(), vec![0; ballast as usize]).unwrap();
    }

    fn empty(&self) {
        let _ = std::fs::remove_file(self.ballast());
    }

    fn ballast(&self) -> PathBuf {
        // A tablespace's directory has to be empty when it is made, and not later.
        self.path.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        for _ in 0..50 {
            if Command::new("umount").arg(&self.path).status().is_ok_and(|status| status.success()) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = std::fs::remove_dir(&self.path);
    }
}
