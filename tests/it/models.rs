//! The command line of a program with models: what a changed struct leads to.
//!
//! A program has one set of models, so each version of a struct is a module here, and the test binary runs itself as
//! that program.

use std::process::Command;

use feedstock::Models;

use crate::cli::{Ended, Project};

mod first {
    use feedstock::Model;

    /// An image.
    #[derive(Model)]
    #[model(table = "images", index(drama_id, size))]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
        pub drama_id: i32,
        /// Such as 1024x1024.
        pub size: Option<String>,
    }
}

mod dropped {
    use feedstock::Model;

    /// An image.
    #[derive(Model)]
    #[model(table = "images")]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
        pub drama_id: i32,
    }
}

mod renamed {
    use feedstock::Model;

    /// An image.
    #[derive(Model)]
    #[model(table = "images", index(drama_id, dimensions))]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
        pub drama_id: i32,
        /// Such as 1024x1024.
        pub dimensions: Option<String>,
    }
}

mod renamed_and_said {
    use feedstock::Model;

    /// An image.
    #[derive(Model)]
    #[model(table = "images", index(drama_id, dimensions, name = "images_drama_id_size_idx"))]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
        pub drama_id: i32,
        /// Such as 1024x1024.
        #[model(renamed_from = "size")]
        pub dimensions: Option<String>,
    }
}

mod required {
    use feedstock::Model;

    /// An image.
    #[derive(Model)]
    #[model(table = "images", index(drama_id, size))]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
        /// Between the others, which is no difference.
        pub provider: String,
        pub drama_id: i32,
        /// Such as 1024x1024.
        pub size: Option<String>,
    }
}

mod wrong {
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "images", check("no_such_function(id)"))]
    pub struct Image {
        #[model(primary_key)]
        pub id: i32,
    }
}

mod two_files {
    use feedstock::{Model, PgEnum};

    #[derive(Debug, Clone, Copy, PgEnum)]
    #[pg_enum(name = "state")]
    pub enum State {
        Queued,
        Done,
    }

    #[derive(Model)]
    #[model(table = "jobs")]
    pub struct Job {
        #[model(primary_key)]
        pub id: i32,
        #[model(default = State::Queued)]
        pub state: State,
    }
}

mod one_file {
    use feedstock::{Model, PgEnum};

    #[derive(Debug, Clone, Copy, PgEnum)]
    #[pg_enum(name = "state")]
    pub enum State {
        Done,
    }

    #[derive(Model)]
    #[model(table = "jobs")]
    pub struct Job {
        #[model(primary_key)]
        pub id: i32,
        #[model(default = State::Done)]
        pub state: State,
    }
}

mod viewed {
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "shots", soft_delete = deleted_at, view)]
    pub struct Shot {
        #[model(primary_key)]
        pub id: i32,
        pub number: i32,
        pub deleted_at: Option<chrono::NaiveDateTime>,
    }
}

mod viewed_wider {
    use feedstock::Model;

    #[derive(Model)]
    #[model(table = "shots", soft_delete = deleted_at, view)]
    pub struct Shot {
        #[model(primary_key)]
        pub id: i32,
        pub title: Option<String>,
        pub number: i64,
        pub deleted_at: Option<chrono::NaiveDateTime>,
    }
}

fn models(name: &str) -> Models {
    match name {
        "first" => feedstock::models![first::Image],
        "dropped" => feedstock::models![dropped::Image],
        "renamed" => feedstock::models![renamed::Image],
        "renamed_and_said" => feedstock::models![renamed_and_said::Image],
        "required" => feedstock::models![required::Image],
        "wrong" => feedstock::models![wrong::Image],
        "one_file" => feedstock::models![one_file::Job],
        "two_files" => feedstock::models![two_files::Job],
        "viewed" => feedstock::models![viewed::Shot],
        "viewed_wider" => feedstock::models![viewed_wider::Shot],
        "none" => feedstock::models!(feedstock),
        _ => panic!("no models {name}"),
    }
}

/// Where the program's own output begins, after what the test harness printed.
const BEGIN: &str = "the program's output:\n";

/// Not a test of its own: the program that [`Project::with`] runs.
#[test]
fn child() {
    let Ok(name) = std::env::var("FEEDSTOCK_TEST_MODELS") else { return };
    let arguments = std::env::var("FEEDSTOCK_TEST_ARGUMENTS").unwrap();
    print!("{BEGIN}");
    let arguments = ["images"].into_iter().chain(arguments.split('\n'));
    let status = feedstock::cli::run_from(Some(models(&name)), arguments);
    std::process::exit(i32::from(status));
}

/// The program that has these models.
fn program(models: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["models::child", "--exact", "--nocapture", "--test-threads=1"]);
    command.env("FEEDSTOCK_TEST_MODELS", models).env("FEEDSTOCK_TEST_ARGUMENTS", arguments.join("\n"));
    command
}

fn of_program(mut ended: Ended) -> Ended {
    ended.out = ended.out.split_once(BEGIN).expect("the program began").1.to_owned();
    ended
}

impl Project {
    /// Runs the program that has these models.
    pub fn with(&self, models: &str, arguments: &[&str]) -> Ended {
        of_program(self.finish(program(models, arguments)))
    }

    /// The same, with a scratch server of the project's own, which keeps what is built.
    fn keeping(&self, models: &str, arguments: &[&str]) -> Ended {
        let mut command = program(models, arguments);
        command.current_dir(self.directory.path()).env("FEEDSTOCK_CACHE", "on");
        command.env_remove("DATABASE_URL").env_remove("FEEDSTOCK_SCRATCH_URL");
        of_program(Ended::from(command.output().unwrap()))
    }
}

/// A project whose one migration builds the first version.
fn first() -> Project {
    let project = Project::new();
    project.with("first", &["new", "create_images"]).is(0).says("V0001__create_images.sql");
    project
}

#[test]
fn with_nothing_to_do_nothing_is_written() {
    let project = first();
    project.with("first", &["check"]).is(0).says("the migrations build the models' schema");
    project.with("first", &["new", "anything"]).is(0).says("nothing to do");
    assert_eq!(project.files("migrations"), ["V0001__create_images.sql"]);
}

#[test]
fn what_is_known_to_be_alike_is_not_built_again() {
    let replays = |project: &Project, models: &str| {
        let ended = project.keeping(models, &["new", "again", "--verbose"]).is(0).says("nothing to do");
        ended.err.contains("replaying the migrations")
    };
    let project = Project::new();
    project.keeping("first", &["new", "create_images"]).is(0);
    assert_eq!([(); 3].map(|()| replays(&project, "first")), [true, false, false]);
    // The table has the column under its new name.
    project.keeping("renamed_and_said", &["new", "renamed"]).is(0).says("V0002__renamed.sql");
    assert_eq!([(); 2].map(|()| replays(&project, "renamed_and_said")), [true, false]);

    let project = Project::new();
    project.keeping("first", &["new", "create_images"]).is(0);
    // The table has the column in another place than the struct.
    let fill = "images.provider='x'";
    project.keeping("required", &["new", "provider", "--offline-ok", "--fill", fill]).is(0);
    assert_eq!([(); 2].map(|()| replays(&project, "required")), [true, false]);
    // What is said of a plan is looked at, though there is none.
    project.keeping("required", &["new", "again", "--fill", "images.nothing=1"]).is(2).says("images.nothing");
    project.write("schema/after/views.sql", "CREATE VIEW sizes AS SELECT size FROM images;\n");
    project.keeping("required", &["new", "sizes"]).is(0).says("V0003__sizes.sql");
    project.write("migrations/V0004__more.sql", "CREATE TABLE more (id integer PRIMARY KEY);\n");
    // Both sides are known the second time, and differ.
    for _ in 0..2 {
        project.keeping("required", &["new", "less"]).is(3).says("drop-table:more");
    }
}

#[test]
fn the_same_models_give_the_same_bytes() {
    assert_eq!(
        first().read("migrations/V0001__create_images.sql"),
        first().read("migrations/V0001__create_images.sql")
    );
}

#[test]
fn a_dropped_field_is_refused_until_it_is_acknowledged() {
    let project = first();
    project.with("dropped", &["check"]).is(1).says("FAIL  models").says("DROP COLUMN size");
    project.with("dropped", &["new", "drop_size"]).is(3).says("--allow drop-column:images.size");
    assert_eq!(project.files("migrations").len(), 1);
    project.with("dropped", &["new", "drop_size", "--allow", "drop-column:images.size"]).is(0);
    let written = project.read("migrations/V0002__drop_size.sql");
    assert!(written.contains("-- feedstock: allow drop-column:images.size\n"), "{written}");
    assert!(
        written.contains(
            "-- lock: AccessExclusiveLock on images (blocks reads and writes)\n-- parent: V1 sha256:"
        ),
        "{written}"
    );
    assert_eq!(written.matches("-- lock: ").count(), 1, "{written}");
    assert!(
        !project.read("migrations/V0001__create_images.sql").contains("-- lock: "),
        "nothing was there before"
    );
    assert!(written.ends_with("ALTER TABLE public.images DROP COLUMN size;\n"), "{written}");
    project.with("dropped", &["check"]).is(0);
}

#[test]
fn a_rename_that_is_not_said_is_refused_with_the_line_to_write() {
    let project = first();
    let refused = project.with("renamed", &["new", "rename"]).is(3);
    refused.says("#[model(renamed_from = \"size\")]").says("--allow drop-column:images.size");
}

#[test]
fn a_rename_that_is_said_is_one_statement() {
    let project = first();
    project.with("renamed_and_said", &["new", "rename"]).is(0);
    let written = project.read("migrations/V0002__rename.sql");
    let statements: Vec<&str> = written.lines().filter(|line| line.ends_with(';')).collect();
    assert_eq!(statements, ["ALTER TABLE public.images RENAME COLUMN size TO dimensions;"]);
    project.with("renamed_and_said", &["check"]).is(0);
    project.with("renamed_and_said", &["new", "again"]).is(0).says("nothing to do");
}

#[test]
fn a_required_field_asks_for_its_value() {
    let project = first();
    project.with("required", &["new", "provider"]).is(3).says("--fill images.provider=");
    project.with("required", &["new", "provider", "--fill", "images.provider='openai'"]).is(0);
    project.with("required", &["check"]).is(0);
    project.with("required", &["new", "x", "--fill", "images.nothing=1"]).is(2).says("images.nothing");
}

/// No other file has its checksum yet.
#[test]
fn an_edit_of_the_newest_file_is_seen() {
    let project = first();
    project.with("renamed_and_said", &["new", "rename"]).is(0);
    let written = project.read("migrations/V0002__rename.sql");
    // What people write in the header is theirs, and so are line ends.
    let note = format!("-- Why: people ask for it.\n{written}").replace('\n', "\r\n");
    project.write("migrations/V0002__rename.sql", &note);
    project.with("renamed_and_said", &["check"]).is(0);
    let edited = format!("{written}COMMENT ON TABLE images IS 'edited';\n");
    project.write("migrations/V0002__rename.sql", &edited);
    let said = "the statements of migrations/V0002__rename.sql were edited after they were proven";
    project.with("renamed_and_said", &["check"]).is(1).says("FAIL  history").says(said);
    project.with("renamed_and_said", &["new", "again"]).is(4).says(said);
    // It is said how to go on.
    let line = edited.lines().find(|line| line.starts_with("-- statements: sha256:")).unwrap();
    project.write("migrations/V0002__rename.sql", &edited.replace(&format!("{line}\n"), ""));
    project.with("renamed_and_said", &["check"]).is(1).says("ok    history").says("FAIL  models");
}

#[test]
fn a_label_that_is_used_at_once_takes_two_files() {
    let project = Project::new();
    project.with("one_file", &["new", "jobs"]).is(0);
    project.with("two_files", &["new", "queued"]).is(0).says("V0002__queued.sql").says("V0003__queued.sql");
    assert!(project.read("migrations/V0002__queued.sql").contains("-- part 1 of 2\n"));
    assert!(project.read("migrations/V0003__queued.sql").contains("-- parent: V2 sha256:"));
    project.with("two_files", &["check"]).is(0);
    project.with("two_files", &["apply"]).is(0).says("3 migrations applied");
}

#[test]
fn a_table_in_use_takes_several_files() {
    let project = first();
    let database = crate::support::database("several");
    let with = |arguments: &[&str]| {
        project.with("required", &[&["--database-url", &database.url], arguments].concat())
    };
    with(&["apply"]).is(0).says("1 migration applied");
    let row = "INSERT INTO images (id, drama_id) VALUES (1, 7)";
    feedstock::internals::connect::connect(&database.url).unwrap().batch_execute(row).unwrap();
    let fill = "images.provider='of ' || drama_id";
    with(&["new", "provider", "--fill", fill]).is(0).says("V0002__provider.sql").says("V0007__provider.sql");
    let files = project.files("migrations");
    assert_eq!(files.len(), 7, "{files:?}");
    for (version, of) in (2..=7).zip(1..) {
        let written = project.read(&format!("migrations/V000{version}__provider.sql"));
        assert!(written.contains(&format!("-- parent: V{} sha256:", version - 1)), "{written}");
        assert!(written.contains(&format!("-- part {of} of 6\n")), "{written}");
        assert_eq!(written.contains("-- feedstock: backfill\n"), version == 3 || version == 5, "{written}");
    }
    with(&["check"]).is(0);
    with(&["apply", "--to", "3"]).is(0).says("2 migrations applied");
    with(&["status"]).is(0).says("pending");
    with(&["apply"]).is(0).says("4 migrations applied");
    let mut client = feedstock::internals::connect::connect(&database.url).unwrap();
    let provider: String = client.query_one("SELECT provider FROM images", &[]).unwrap().get(0);
    assert_eq!(provider, "of 7");
    with(&["new", "again"]).is(0).says("nothing to do");
    // A part that is missing is an error, not a valid half.
    std::fs::remove_file(project.directory.path().join("migrations/V0004__provider.sql")).unwrap();
    with(&["check"]).is(1).says("part 4 of 6");
}

#[test]
fn whoever_says_that_nobody_uses_the_tables_gets_one_file() {
    let fill = "images.provider='of ' || drama_id";
    let project = first();
    project.with("required", &["new", "provider", "--offline-ok", "--fill", fill]).is(0);
    assert_eq!(project.files("migrations").len(), 2);
    let project = first();
    project.write("feedstock.toml", "offline_ok = true\n");
    project.with("required", &["new", "provider", "--fill", fill]).is(0);
    let written = project.read("migrations/V0002__provider.sql");
    assert!(written.contains("UPDATE public.images SET provider = 'of ' || drama_id;"), "{written}");
}

#[test]
fn what_postgres_does_not_accept_names_the_model() {
    let project = Project::new();
    project.with("wrong", &["new", "x"]).is(2).says("models::wrong::Image").says("no_such_function");
}

#[test]
fn no_models_are_an_error_and_not_an_empty_schema() {
    let project = first();
    project.with("none", &["new", "x"]).is(2).says("crates with models in this program: images, it");
    project.with("none", &["check"]).is(2);
}

#[test]
fn what_models_cannot_say_is_said_in_files() {
    let project = first();
    project.write("schema/before/uuid.sql", "CREATE EXTENSION pg_trgm;\n");
    project.write(
        "schema/after/views.sql",
        "CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN upper($1);\n\
         CREATE VIEW sizes AS SELECT DISTINCT shout(size) AS size FROM images;\n",
    );
    project.with("first", &["check"]).is(1).says("CREATE VIEW");
    project.with("first", &["new", "views"]).is(0);
    project.with("first", &["check"]).is(0);
    project.write("schema/after/views.sql", "CREATE VIEW sizes AS SELECT DISTINCT size FROM images;\n");
    project.with("first", &["new", "no_shouting"]).is(0);
    let written = project.read("migrations/V0003__no_shouting.sql");
    let statements: Vec<&str> =
        written.lines().filter(|line| line.contains("VIEW") || line.contains("DROP")).collect();
    let first_words = |line: &&str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let words: Vec<String> = statements.iter().map(first_words).collect();
    assert_eq!(words, ["CREATE OR", "DROP FUNCTION"], "{written}");
}

#[test]
fn a_view_of_the_live_rows_can_be_written_to() {
    let mut db = crate::support::tables(&models("viewed"));
    let mut run = |sql: &str| db.client.execute(sql, &[]).unwrap();
    assert_eq!(run("INSERT INTO live_shots (number) VALUES (1), (2), (3)"), 3);
    assert_eq!(run("UPDATE shots SET deleted_at = '2026-01-01' WHERE number = 1"), 1);
    assert_eq!(run("UPDATE live_shots SET number = number + 10"), 2, "not the deleted one");
    assert_eq!(run("UPDATE live_shots SET deleted_at = now() AT TIME ZONE 'utc' WHERE number = 12"), 1);
    let live = db.client.query("SELECT number FROM live_shots", &[]).unwrap();
    assert_eq!(live.iter().map(|row| row.get(0)).collect::<Vec<i32>>(), [13]);
}

#[test]
fn a_view_of_the_live_rows_is_made_anew_when_its_columns_change() {
    let project = Project::new();
    project.with("viewed", &["new", "shots"]).is(0);
    let written = project.read("migrations/V0001__shots.sql");
    assert!(written.contains("CREATE VIEW public.live_shots AS"), "{written}");
    project.with("viewed_wider", &["new", "wider", "--allow", "all"]).is(0);
    let written = project.read("migrations/V0002__wider.sql");
    let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let views: Vec<_> = written.lines().filter(|line| line.contains(" VIEW ")).map(words).collect();
    assert_eq!(views, ["DROP VIEW", "CREATE VIEW", "COMMENT ON"], "{written}");
    project.with("viewed_wider", &["check"]).is(0);
    project.with("viewed_wider", &["apply"]).is(0).says("3 migrations applied");
}

#[test]
fn a_view_that_is_made_anew_keeps_its_grants() {
    let project = Project::new();
    project.write(
        "schema/after/grants.sql",
        "GRANT SELECT ON live_shots TO pg_monitor;\nGRANT UPDATE (number) ON live_shots TO pg_monitor;\n",
    );
    project.with("viewed", &["new", "shots"]).is(0);
    project.with("viewed_wider", &["new", "wider", "--allow", "all"]).is(0);
    let written = project.read("migrations/V0002__wider.sql");
    let grants: Vec<&str> = written.lines().filter(|line| line.starts_with("GRANT ")).collect();
    let expected = [
        r#"GRANT SELECT ON TABLE public.live_shots TO pg_monitor;"#,
        r#"GRANT UPDATE (number) ON TABLE public.live_shots TO pg_monitor;"#,
    ];
    assert_eq!(grants, expected, "{written}");
    project.with("viewed_wider", &["check"]).is(0);
    project.with("viewed_wider", &["apply"]).is(0).says("3 migrations applied");
    project.write("schema/after/grants.sql", "GRANT SELECT ON live_shots TO pg_monitor;\n");
    project.with("viewed_wider", &["check"]).is(1).says("REVOKE UPDATE (number)");
}
