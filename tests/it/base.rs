//! A database of which others manage a part, as a hosted Postgres is: schemas with the users, the extensions and the
//! files of the service, and `public` with the project's own.

use crate::cli::Project;
use crate::support::{self, TestDb};

/// What the service makes.
const SERVICE: &str = r#"
    CREATE SCHEMA extensions; CREATE EXTENSION pgcrypto SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions;
    CREATE SCHEMA auth;
    CREATE TYPE auth.factor AS ENUM ('totp', 'phone');
    CREATE TABLE auth.users (id uuid PRIMARY KEY DEFAULT extensions.gen_random_uuid(), email extensions.citext UNIQUE,
                             factor auth.factor);
    CREATE FUNCTION auth.uid() RETURNS uuid STABLE LANGUAGE sql
        AS $$ SELECT nullif(current_setting('request.uid', true), '')::uuid $$;
    ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
    CREATE SCHEMA storage;
    CREATE TABLE storage.objects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner uuid REFERENCES auth.users);
    CREATE VIEW storage.owners AS SELECT DISTINCT owner FROM storage.objects;
"#;

/// The project's first migration.
const FIRST: &str = r#"
CREATE TABLE public.profiles (
    id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    name extensions.citext NOT NULL,
    token text DEFAULT encode(extensions.gen_random_bytes(8), 'hex'),
    factor auth.factor
);
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.profiles USING (id = auth.uid());
CREATE VIEW public.files AS SELECT o.id FROM storage.objects o WHERE o.owner = auth.uid();
CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO public.profiles (id, name) VALUES (NEW.id, NEW.email); RETURN NEW; END $$;
CREATE TRIGGER on_new_user AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
"#;

/// A base that lacks the users.
const WITHOUT_USERS: &str = "CREATE SCHEMA extensions; CREATE EXTENSION pgcrypto SCHEMA extensions; \
    CREATE EXTENSION citext SCHEMA extensions; CREATE SCHEMA auth; CREATE TYPE auth.factor AS ENUM ('totp');";

fn hosted() -> TestDb {
    let mut database = support::database("hosted");
    database.client.batch_execute(SERVICE).unwrap();
    database
}

/// A project that manages `public` alone, with its first migration.
fn project() -> Project {
    let project = Project::new();
    project.write("feedstock.toml", "managed = ['public']\n");
    project.write("migrations/V1__profiles.sql", FIRST);
    project
}

/// What `inspect --unmanaged` writes, where replays look for it.
fn with_base(project: &Project, database: &TestDb) -> String {
    let text = project.run(&["inspect", "--unmanaged", &database.url]).is(0).out;
    project.write("schema/base/base.sql", &text);
    text
}

#[test]
fn what_is_missing_from_the_base_is_named_with_what_to_do() {
    let project = project();
    for arguments in
        [&["check"][..], &["inspect", "migrations"], &["diff", "--from", "empty", "--to", "migrations"]]
    {
        let ended = project.run(arguments);
        assert!(ended.status == if arguments == ["check"] { 1 } else { 4 }, "{}{}", ended.out, ended.err);
        let ended =
            ended.says("schema \"extensions\" does not exist").says("schema extensions is not managed");
        ended.says("inspect --unmanaged postgres://… > schema/base/base.sql");
    }
    // A base that lacks one thing.
    project.write("schema/base/1.sql", WITHOUT_USERS);
    project
        .run(&["check"])
        .is(1)
        .says("relation \"auth.users\" does not exist")
        .says("schema auth is not managed");
    project.write("migrations/V1__profiles.sql", "SELECT auth.uid();");
    project
        .run(&["check"])
        .is(1)
        .says("function auth.uid() does not exist")
        .says("schema auth is not managed");
    // What is managed is made by the migrations themselves.
    project.write("migrations/V1__profiles.sql", "SELECT public.f();");
    let ended = project.run(&["check"]).is(1).says("function public.f() does not exist");
    assert!(!ended.out.contains("is not managed"), "{}", ended.out);
    // Where nothing says what is managed.
    project.write("feedstock.toml", "");
    project.run(&["check"]).is(2).says("schema/base is there, and everything is managed");
    std::fs::remove_file(project.directory.path().join("schema/base/1.sql")).unwrap();
    project.write("migrations/V1__profiles.sql", FIRST);
    project.run(&["check"]).is(1).says("managed = [\"public\"]").says("inspect --unmanaged");
}

#[test]
fn replays_begin_with_the_base() {
    let (project, mut database) = (project(), hosted());
    let base = with_base(&project, &database);
    assert!(
        base.contains("CREATE TABLE auth.users") && base.contains("CREATE FUNCTION auth.uid()")
            || base.contains("CREATE OR REPLACE FUNCTION auth.uid()"),
        "{base}"
    );
    assert!(base.contains("CREATE EXTENSION citext WITH SCHEMA extensions"), "{base}");
    assert!(!base.contains("profiles") && !base.contains("DROP SCHEMA"), "{base}");
    project.run(&["check"]).is(0).says("builds 1 table");

    // The files are applied to the database that has the base; and are what it holds then.
    let with = |arguments: &[&str]| project.run(&[&["--database-url", &database.url], arguments].concat());
    with(&["apply"]).is(0).says("1 migration applied");
    with(&["check"]).is(0);
    let diff = |from: &str, to: &str| project.run(&["diff", "--from", from, "--to", to, "--exit-code"]);
    diff("migrations", &database.url).is(0);
    diff(&database.url, "migrations").is(0);
    let schema = project.run(&["inspect", &database.url]).is(0).out;
    assert!(schema.contains("REFERENCES auth.users(id)") && schema.contains("id = auth.uid()"), "{schema}");
    assert!(!schema.contains("CREATE SCHEMA") && !schema.contains("CREATE EXTENSION"), "{schema}");

    // A drift of what is managed is seen, one of the rest is not.
    database
        .client
        .batch_execute("ALTER TABLE auth.users ADD phone text; CREATE TABLE storage.buckets ()")
        .unwrap();
    diff("migrations", &database.url).is(0);
    database
        .client
        .batch_execute("ALTER TABLE profiles ADD buckets bigint[], ADD phone extensions.citext")
        .unwrap();
    let drift = diff(&database.url, "migrations").is(1);
    assert!(drift.out.contains("DROP COLUMN phone") && !drift.out.contains("auth.users"), "{}", drift.out);

    // What the project made depends on the base, and what the base has of the project's own is left out of it.
    let again = project.run(&["inspect", "--unmanaged", &database.url]).is(0);
    assert!(again.out.contains("phone text") && !again.out.contains("handle_new_user"), "{}", again.out);
}

/// The base comes from the live database itself: no file is needed for one.
#[test]
fn a_live_database_brings_its_base() {
    let project = Project::new();
    project.write("feedstock.toml", "managed = ['public']\n");
    project.write("migrations/V1__profiles.sql", FIRST);
    let (mut one, mut other) = (hosted(), hosted());
    for database in [&mut one, &mut other] {
        database.client.batch_execute(FIRST).unwrap();
    }
    project.run(&["inspect", &one.url]).is(0).says("REFERENCES auth.users(id)");
    project.run(&["diff", "--from", &one.url, "--to", "migrations", "--exit-code"]).is(0);
    project.run(&["diff", "--from", "migrations", "--to", &one.url, "--exit-code"]).is(0);
    other
        .client
        .batch_execute(
            "ALTER TABLE profiles ADD by uuid REFERENCES auth.users; ALTER TABLE auth.users ADD x int",
        )
        .unwrap();
    let plan = project.run(&["diff", "--from", &one.url, "--to", &other.url, "--exit-code"]).is(1);
    assert!(
        plan.out.contains("REFERENCES auth.users(id)") && !plan.out.contains("ADD COLUMN x"),
        "{}",
        plan.out
    );
    one.client.batch_execute(&plan.out).unwrap();
    project.run(&["diff", "--from", &one.url, "--to", &other.url, "--exit-code"]).is(0);
}

/// A part of the base that needs what is managed, or what the scratch server does not have, is left out and said.
#[test]
fn what_the_base_cannot_have_is_said() {
    let (project, mut database) = (project(), hosted());
    database
        .client
        .batch_execute(
            "CREATE DOMAIN public.code AS text; CREATE TABLE public.own (id integer PRIMARY KEY);
             CREATE TABLE auth.uses (c public.code); CREATE VIEW auth.reads AS SELECT * FROM auth.uses;
             CREATE TABLE auth.refers (id integer REFERENCES public.own, d text DEFAULT 'x'::public.code);
             CREATE TABLE auth.kept (id integer)",
        )
        .unwrap();
    let ended = project.run(&["inspect", "--unmanaged", &database.url]).is(0);
    assert!(
        ended.out.contains("auth.kept") && ended.out.contains("CREATE TABLE auth.refers"),
        "{}",
        ended.out
    );
    assert!(!ended.out.contains("auth.uses") && !ended.out.contains("public."), "{}", ended.out);
    let ended = ended.says("left out: column auth.uses.c, which needs domain code");
    ended.says("left out: foreign key refers_id_fkey on auth.refers, which needs");
    project.run(&["inspect", "--unmanaged", "migrations"]).is(2).says("--unmanaged reads a live database");
    project.write("feedstock.toml", "");
    project.run(&["inspect", "--unmanaged", &database.url]).is(2).says("everything is managed");
}

/// The models, between files that refer to the base, and the whole way of `new`, `check` and `apply`.
#[test]
fn models_are_built_on_the_base() {
    let (project, database) = (Project::new(), hosted());
    project.write("feedstock.toml", "managed = ['public']\n");
    project.write(
        "schema/after/owners.sql",
        "ALTER TABLE images ADD COLUMN owner uuid REFERENCES auth.users; \
         CREATE POLICY own ON images USING (owner = auth.uid());",
    );
    project.with("first", &["new", "images"]).is(4).says("schema auth is not managed");
    with_base(&project, &database);
    project.with("first", &["new", "images"]).is(0).says("V0001__images.sql");
    let written = project.read("migrations/V0001__images.sql");
    assert!(written.contains("REFERENCES auth.users(id)") && !written.contains("CREATE SCHEMA"), "{written}");
    project.with("first", &["check"]).is(0).says("the migrations build the models' schema");
    project.with("first", &["--database-url", &database.url, "apply"]).is(0);
    project.run(&["diff", "--from", "migrations", "--to", &database.url, "--exit-code"]).is(0);
    project.with("first", &["new", "nothing"]).is(0).says("nothing to do");
}

/// On the private server of a project, where files run as a role that is no superuser and results are kept.
#[test]
fn a_private_server_has_the_base_too() {
    let (project, database) = (project(), hosted());
    with_base(&project, &database);
    let private = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(arguments).current_dir(project.directory.path());
        command.env_remove("DATABASE_URL").env_remove("FEEDSTOCK_SCRATCH_URL");
        crate::cli::Ended::from(command.output().unwrap())
    };
    private(&["check"]).is(0).says("builds 1 table");
    // What is kept is of this base: another one gives another answer.
    private(&["inspect", "migrations"]).is(0).says("auth.uid()");
    project.write("schema/base/base.sql", WITHOUT_USERS);
    private(&["check"])
        .is(1)
        .says("relation \"auth.users\" does not exist")
        .says("schema auth is not managed");
}

/// A password of a file's user mapping is in no message, be it about the statement itself.
#[test]
fn a_password_in_a_file_is_in_no_message() {
    let project = Project::new();
    project.write(
        "migrations/V1__server.sql",
        "CREATE EXTENSION postgres_fdw;\n\
         CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h');\n\
         CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'hunter2');\n\
         CREATE FOREIGN TABLE f (id integer) SERVER s;\n",
    );
    project.run(&["check"]).is(0);
    for arguments in [&["inspect", "migrations"][..], &["diff", "--from", "empty", "--to", "migrations"]] {
        let ended =
            project.run(arguments).is(0).says("password 'set by hand'").says("CREATE FOREIGN TABLE public.f");
        assert!(!format!("{}{}", ended.out, ended.err).contains("hunter2"));
    }
    let wrong = "CREATE USER MAPPING FOR PUBLIC SERVER missing OPTIONS (password 'hunter2');";
    project.write("migrations/V2__wrong.sql", wrong);
    for arguments in [&["check"][..], &["inspect", "migrations"], &["-v", "check"]] {
        let ended = project.run(arguments).says("missing");
        assert!(
            ended.status != 0 && !format!("{}{}", ended.out, ended.err).contains("hunter2"),
            "{}",
            ended.err
        );
    }
    let database = support::database("mapping");
    let ended = project.run(&["--database-url", &database.url, "apply"]);
    assert!(ended.status != 0 && !format!("{}{}", ended.out, ended.err).contains("hunter2"), "{}", ended.err);
}

/// The whole way without superuser rights: the files' server becomes the owner's, and all mappings are seen.
#[test]
fn servers_are_replayed_on_a_private_server() {
    let project = Project::new();
    project.write(
        "migrations/V1__server.sql",
        "CREATE EXTENSION postgres_fdw;\n\
         CREATE ROLE mapped_app NOLOGIN;\n\
         CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'h');\n\
         CREATE USER MAPPING FOR mapped_app SERVER s OPTIONS (user 'u', password 'x');\n\
         CREATE FOREIGN TABLE f (id integer) SERVER s;\n\
         CREATE PUBLICATION everything FOR ALL TABLES;\n",
    );
    project.write(
        "migrations/V2__more.sql",
        "ALTER SERVER s OPTIONS (ADD port '1'); ALTER FOREIGN TABLE f ADD v text;",
    );
    let private = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_feedstock"));
        command.args(arguments).current_dir(project.directory.path());
        command.env_remove("DATABASE_URL").env_remove("FEEDSTOCK_SCRATCH_URL");
        crate::cli::Ended::from(command.output().unwrap())
    };
    private(&["check"]).is(0);
    let ended =
        private(&["inspect", "migrations"]).is(0).says("CREATE PUBLICATION everything FOR ALL TABLES");
    let ended = ended.says("FOR mapped_app SERVER s OPTIONS (password 'set by hand', \"user\" 'u')");
    assert_eq!(ended.err, "");
    let plan = private(&["diff", "--from", "migrations@1", "--to", "migrations"]).is(0);
    assert!(plan.out.contains("ALTER SERVER s OPTIONS (ADD port '1');"), "{}", plan.out);
    assert!(plan.out.contains("ALTER FOREIGN TABLE public.f ADD COLUMN v text;"), "{}", plan.out);
    private(&["diff", "--from", "empty", "--to", "migrations"]).is(0).says("hazard secret-option");
}
