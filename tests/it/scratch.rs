//! Scratch databases: fresh, copied, and dropped however a run ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feedstock::internals::prove::Scratch;
use postgres::Client;

use crate::support;

/// Set in a child process of a test: the scratch URL that the child uses.
const URL: &str = "FEEDSTOCK_TEST_SCRATCH_URL";

/// The shared private server, played as one that the user names; a database of its own keeps tests apart.
fn users_server() -> support::TestDb {
    support::database("users_server")
}

fn exists(client: &mut Client, name: &str) -> bool {
    client.query_one("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", &[&name]).unwrap().get(0)
}

#[test]
fn a_database_is_empty_utf8_and_sorts_by_bytes() {
    let server = users_server();
    let scratch = Scratch::start(Some(&server.url)).unwrap();
    let database = scratch.database().unwrap();
    let row = database
        .client()
        .unwrap()
        .query_one(
            "SELECT pg_encoding_to_char(encoding)::text, datcollate::text, \
                    (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace) \
             FROM pg_database WHERE datname = current_database()",
            &[],
        )
        .unwrap();
    assert_eq!((row.get(0), row.get(1), row.get(2)), ("UTF8", "C", 0_i64));
}

#[test]
fn a_copy_has_what_its_source_has_and_goes_its_own_way() {
    let source = support::database("source");
    let support::TestDb { mut client, database, .. } = source;
    client.batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)").unwrap();
    drop(client);
    let copy = support::server().clone_of(&database).unwrap();
    copy.client().unwrap().batch_execute("INSERT INTO t VALUES (2)").unwrap();
    let count =
        |mut client: Client| client.query_one("SELECT count(*) FROM t", &[]).unwrap().get::<_, i64>(0);
    assert_eq!((count(copy.client().unwrap()), count(database.client().unwrap())), (2, 1));
}

#[test]
fn a_database_in_use_is_not_copied_and_the_message_says_by_whom() {
    let source = support::database("still_here");
    let error = support::server().clone_of(&source.database).unwrap_err();
    assert!(error.to_string().contains("still_here"), "{error}");
}

#[test]
fn a_database_goes_with_its_value_even_when_it_is_used() {
    let mut server = users_server();
    let scratch = Scratch::start(Some(&server.url)).unwrap();
    let database = scratch.database().unwrap();
    let name = database.name().to_owned();
    let _client = database.client().unwrap();
    assert!(exists(&mut server.client, &name));
    drop(database);
    assert!(!exists(&mut server.client, &name));
}

#[test]
fn a_database_goes_with_a_panic() {
    let mut server = users_server();
    let mut name = String::new();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let database = Scratch::start(Some(&server.url)).unwrap().database().unwrap();
        name = database.name().to_owned();
        assert!(exists(&mut database.client().unwrap(), &name));
        panic!("on purpose");
    }));
    assert!(panicked.is_err());
    assert!(!name.is_empty() && !exists(&mut server.client, &name));
}

#[test]
fn databases_go_with_ctrl_c() {
    let mut server = users_server();
    let mut child = support::child(URL, &server.url, "scratch::child");
    let name = support::first_line(&mut child);
    assert!(exists(&mut server.client, &name));
    assert_eq!(support::interrupt(child), Some(130));
    assert!(!exists(&mut server.client, &name));
}

#[test]
fn leftovers_of_a_killed_run_are_swept_and_those_of_a_living_one_are_not() {
    let mut server = users_server();
    let mut killed = support::child(URL, &server.url, "scratch::child");
    let mut living = support::child(URL, &server.url, "scratch::child");
    let leftover = support::first_line(&mut killed);
    let in_use = support::first_line(&mut living);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(exists(&mut server.client, &leftover), "nobody has swept yet");
    // Its session, and the lock with it, ends a moment after the process.
    support::eventually("the leftover is swept", || {
        Scratch::start(Some(&server.url)).unwrap();
        !exists(&mut server.client, &leftover)
    });
    assert!(exists(&mut server.client, &in_use));
    drop(living.stdin.take());
    assert!(living.wait().unwrap().success());
    assert!(!exists(&mut server.client, &in_use));
}

#[test]
fn a_role_that_may_not_create_databases_is_told_what_to_run() {
    let mut server = users_server();
    server.client.batch_execute("CREATE ROLE scratch_poor LOGIN").unwrap();
    let url = server.url.replace("feedstock@", "scratch_poor@");
    let error = Scratch::start(Some(&url)).unwrap_err();
    server.client.batch_execute("DROP ROLE scratch_poor").unwrap();
    assert!(error.to_string().contains("ALTER ROLE \"scratch_poor\" CREATEDB"), "{error}");
}

#[test]
fn nothing_but_databases_is_made_on_a_users_server() {
    let mut server = users_server();
    let roles = |client: &mut Client| -> Vec<String> {
        let rows = client.query(
            "SELECT rolname::text FROM pg_roles WHERE rolname NOT LIKE 'scratch_poor' ORDER BY 1",
            &[],
        );
        rows.unwrap().iter().map(|row| row.get(0)).collect()
    };
    let before = roles(&mut server.client);
    let scratch = Scratch::start(Some(&server.url)).unwrap();
    assert!(!scratch.is_private());
    let database = scratch.database().unwrap();
    scratch.clone_of(&database).unwrap();
    assert_eq!(roles(&mut server.client), before);
}

/// Not a test by itself: what the tests above run in a process of its own.
#[test]
fn child() {
    let Ok(url) = std::env::var(URL) else { return };
    let scratch = Scratch::start(Some(&url)).unwrap();
    let database = scratch.database().unwrap();
    support::tell_and_wait(database.name());
}
