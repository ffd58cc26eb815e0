//! What the server says while a file runs is shown, and what it says to us is not.

use crate::cli::Project;
use crate::support;

const NOISY: &str = "create table if not exists t (a int);
create table if not exists t (a int);
do $$ begin
    raise notice 'half done';
    raise warning 'look at this' using detail = 'of t', hint = 'do that';
    raise info 'for your information';
    raise log 'for the log';
    raise debug 'for nobody';
end $$;
create function late() returns trigger language plpgsql as $$ begin raise notice 'at the end'; return null; end $$;
create constraint trigger late after insert on t deferrable initially deferred for each row execute function late();
insert into t values (1);
";

#[test]
fn what_a_file_raises_is_shown_with_its_place() {
    let project = Project::new();
    project.write("migrations/V1__noisy.sql", NOISY);
    project.write(
        "migrations/V2__alone.sql",
        "-- feedstock: no-transaction\ndrop index concurrently if exists none;\n",
    );
    let database = support::database("notices");
    let ended = project.run(&["apply", "--database-url", &database.url]).is(0);
    for line in [
        "migrations/V1__noisy.sql:2: NOTICE: relation \"t\" already exists, skipping\n",
        "migrations/V1__noisy.sql:3: NOTICE: half done\n",
        "migrations/V1__noisy.sql:3: WARNING: look at this\n  detail: of t\n  hint: do that\n",
        "migrations/V1__noisy.sql:3: INFO: for your information\n",
        "migrations/V1__noisy.sql:12: NOTICE: at the end\n",
        "migrations/V2__alone.sql:2: NOTICE: index \"none\" does not exist, skipping\n",
    ] {
        assert!(ended.err.contains(line), "{}\n  lacks: {line}", ended.err);
    }
    assert_eq!(ended.err.matches(".sql:").count(), 6, "{}", ended.err);
    assert!(!ended.err.contains("for the log") && !ended.err.contains("for nobody"), "{}", ended.err);
}

/// As they come, and not when the file is done.
#[test]
fn what_is_raised_before_an_error_is_shown() {
    let project = Project::new();
    project.write("migrations/V1__bad.sql", "do $$ begin raise notice 'before it'; perform 1 / 0; end $$;");
    let database = support::database("notices");
    let ended = project.run(&["apply", "--database-url", &database.url]).is(4);
    let notice = ended.err.find("V1__bad.sql:1: NOTICE: before it").expect(&ended.err);
    assert!(notice < ended.err.find("division by zero").expect(&ended.err), "{}", ended.err);
}

#[test]
fn scratch_and_quiet_show_nothing() {
    let project = Project::new();
    project.write("migrations/V1__noisy.sql", NOISY);
    let ended = project.run(&["check"]).is(0);
    assert!(!ended.err.contains("half done") && !ended.out.contains("half done"), "{}", ended.err);
    let database = support::database("notices");
    let ended = project.run(&["apply", "--quiet", "--database-url", &database.url]).is(0);
    assert_eq!(ended.err, "");
}
