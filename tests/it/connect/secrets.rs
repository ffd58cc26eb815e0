//! No password in any output: strings with a mistake in them, everywhere where a connection could stand.

use std::path::Path;
use std::process::Command;

use feedstock::internals::connect::{Environment, connect_in, redacted, typed, validate, with_dbname};
use feedstock::internals::source::Source;

/// Digits, so that no word of a message is a piece of it; each five characters of it are looked for.
const SECRET: &str = "7h1s1s4s3cr3t";

/// Strings as they should be. Nothing listens on port 1.
const STRINGS: &[&str] = &[
    "postgres://ann:7h1s1s4s3cr3t@127.0.0.1:1/shop",
    "postgresql://ann:7h1s1s4s3cr3t@127.0.0.1:1/shop?sslmode=disable&application_name=x",
    "postgres://127.0.0.1:1/shop?user=ann&password=7h1s1s4s3cr3t",
    "postgres://ann@127.0.0.1:1/shop?sslmode=disable&password=7h1s1s4s3cr3t&connect_timeout=2",
    "host=127.0.0.1 port=1 user=ann password=7h1s1s4s3cr3t dbname=shop",
    "dbname=shop password='7h1s1s4s3cr3t' user=ann host=127.0.0.1 port=1",
    "password=7h1s1s4s3cr3t host=127.0.0.1 port=1",
];

fn leaks(text: &str) -> bool {
    SECRET.as_bytes().windows(5).any(|piece| text.contains(std::str::from_utf8(piece).unwrap()))
}

#[track_caller]
fn no_leak(leaked: &[String]) {
    assert!(leaked.is_empty(), "{}:\n{}", leaked.len(), leaked[..leaked.len().min(40)].join("\n"));
}

/// One character taken away, put in, changed, exchanged with the next, each at each place.
fn mutations(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut all = vec![text.to_owned()];
    for place in 0..=characters.len() {
        let (before, after) = characters.split_at(place);
        let joined =
            |middle: &[char], after: &[char]| before.iter().chain(middle).chain(after).collect::<String>();
        for new in " '\"`@:/?=&%,#\\\n\t[x;".chars() {
            all.push(joined(&[new], after));
            if " @/='".contains(new) {
                all.extend(after.split_first().map(|(_, rest)| joined(&[new], rest)));
            }
        }
        if let Some((first, rest)) = after.split_first() {
            all.push(joined(&[], rest));
            all.push(joined(&first.to_uppercase().collect::<Vec<_>>(), rest));
            all.extend(rest.split_first().map(|(second, rest)| joined(&[*second, *first], rest)));
        }
    }
    for quote in ["\"", "'", "`", " ", "\n", "\u{feff}"] {
        all.push(format!("{quote}{text}{quote}"));
        all.push(format!("{quote}{text}"));
        all.push(format!("{text}{quote}"));
    }
    all
}

#[test]
fn a_mistyped_string_shows_no_password() {
    let mut count = 0;
    let mut leaked = Vec::new();
    for string in STRINGS {
        for mutation in mutations(string) {
            count += 1;
            let source = Source::parse(&mutation, Path::new("migrations"));
            let mut outputs = vec![redacted(&mutation), typed(&mutation), format!("{source:?}")];
            outputs.extend(source.map(|source| source.to_string()));
            outputs.extend(validate(&mutation).err().map(|error| format!("{error} {error:?}")));
            outputs.extend(with_dbname(&mutation, "x").err().map(|error| format!("{error} {error:?}")));
            // Where the host is still the one of this machine, nobody has to be asked where it is.
            let is_here = mutation.contains("127.0.0.1:1/") || mutation.contains("host=127.0.0.1 port=1");
            if is_here && !mutation.contains("127.0.0.1,") && !mutation.contains(",127.0.0.1") {
                let result = connect_in(&mutation, &Environment::none());
                outputs.extend(result.err().map(|error| format!("{error} {error:?}")));
            }
            leaked.extend(
                outputs.into_iter().filter(|text| leaks(text)).map(|text| format!("{mutation:?}: {text}")),
            );
        }
    }
    assert!(count > 5000, "{count}");
    no_leak(&leaked);
}

/// Mistakes that people make.
fn mistyped() -> Vec<String> {
    let url = format!("postgres://ann:{SECRET}@127.0.0.1:1/shop");
    let pairs = format!("host=127.0.0.1 port=1 user=ann password={SECRET} dbname=shop");
    vec![
        url.clone(),
        pairs.clone(),
        format!("\"{url}\""),
        format!("'{url}'"),
        format!(" {url}"),
        format!("{url}\n"),
        format!("{url}.sql"),
        format!("DATABASE_URL={url}"),
        url.replace("postgres:", "POSTGRES:"),
        url.replace("postgres:", "postgresql+psycopg:"),
        url.replace("postgres:", "postgresql+asyncpg:"),
        url.replace("postgres:", "jdbc:postgresql:"),
        url.replace("postgres:", "mysql:"),
        url.replace("postgres:", "postgre:"),
        url.replace("://", ":/"),
        url.replace("://", "//"),
        url.replace("://", ":"),
        url.replace("127.0.0.1", "127.0.0.1:"),
        url.replace('@', ""),
        url.replace('@', "/"),
        url.replace("@127", "@x@127"),
        url.replace("7h1s1s", "7h1s1s@"),
        url.replace("7h1s1s", "7h1s1s/"),
        url.replace("7h1s1s", "7h1s1s#?"),
        url.replace("7h1s1s", "7h1s1s%"),
        format!("{url}?sslmode=maybe"),
        format!("{url}?nothing=1"),
        format!("127.0.0.1:1/shop?user=ann&password={SECRET}"),
        pairs.replace("host", "hots"),
        pairs.replace("password", "pasword"),
        pairs.replace("password=", "password "),
        pairs.replace("password=", "password: "),
        pairs.replace(" password", "password"),
        pairs.replace("password=", "password='"),
        pairs.replace(' ', ";"),
        format!("\"{pairs}\""),
        format!("--{pairs}"),
        format!("ann:{SECRET}@127.0.0.1:1/shop"),
    ]
}

#[test]
fn no_argument_or_variable_is_repeated_with_its_password() {
    let project = tempfile::tempdir().unwrap();
    std::fs::create_dir(project.path().join("migrations")).unwrap();
    let run = |arguments: &[&str], variables: &[(&str, &str)]| {
        let output = Command::new(env!("CARGO_BIN_EXE_feedstock"))
            .args(arguments)
            .envs(variables.iter().copied())
            .env_remove("HOME")
            .current_dir(project.path())
            .output()
            .unwrap();
        let text =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        assert_ne!(output.status.code(), Some(0), "{arguments:?} {variables:?}: {text}");
        (!text.is_empty()).then_some(text).expect("it says why")
    };
    let mut leaked = Vec::new();
    for text in mistyped() {
        let text = text.as_str();
        let flag = |name: &str| format!("{name}={text}");
        for arguments in [
            vec!["inspect", text],
            vec!["--scratch-url=postgres://127.0.0.1:1/x", "diff", "--from", text, "--to", "empty"],
            vec!["diff", "--from", text],
            vec!["--database-url", text, "status"],
            vec!["--scratch-url", text, "check"],
            vec!["diff", "--from", "empty", "--to", "empty", "--stats-from", text, "--scratch-url", text],
            vec![text],
            vec!["apply", text],
            vec!["status", "--databse-url", text],
            vec!["status", &flag("--databse-url")],
            vec!["status", &flag("--format")],
            vec!["--migrations", text, "--database-url=postgres://127.0.0.1:1/x", "status"],
            vec!["apply", "--to", text],
            vec!["apply", "--max-wait", text],
            vec!["inspect", "empty", text],
            vec!["new", text],
        ] {
            let said = run(&arguments, &[]);
            leaked.extend(leaks(&said).then(|| format!("{arguments:?}: {said}")));
        }
        let diff = ["diff", "--from", "empty", "--to", "x"];
        let status = ["status", "--database-url", "dbname=none"];
        for (name, verb) in [
            ("DATABASE_URL", &["status"][..]),
            ("FEEDSTOCK_SCRATCH_URL", &diff),
            ("FEEDSTOCK_STATS_FROM", &diff),
            ("FEEDSTOCK_SCRATCH_DIR", &["check"]),
            ("FEEDSTOCK_REPLAY_AS", &["check"]),
            ("FEEDSTOCK_MIGRATIONS", &["status"]),
            ("FEEDSTOCK_LOCK_TIMEOUT", &["status"]),
            ("FEEDSTOCK_STATEMENT_TIMEOUT", &["status"]),
            ("FEEDSTOCK_MAX_WAIT", &["status"]),
            ("FEEDSTOCK_RUNNER_WAIT", &["status"]),
            ("FEEDSTOCK_ATTEMPTS", &["status"]),
            ("FEEDSTOCK_OFFLINE_OK", &["status"]),
            ("FEEDSTOCK_SMALL_TABLE", &["status"]),
            ("PGPORT", &status),
            ("PGSSLMODE", &status),
            ("PGSERVICE", &status),
            ("PGCHANNELBINDING", &status),
            ("PGTARGETSESSIONATTRS", &status),
            ("PGCONNECT_TIMEOUT", &status),
        ] {
            let said = run(verb, &[(name, text)]);
            leaked.extend(leaks(&said).then(|| format!("{name}={text:?}: {said}")));
        }
    }
    no_leak(&leaked);
}

/// Whatever stands where a number or a word belongs may be a password.
#[test]
fn no_value_is_repeated_where_a_number_or_a_word_belongs() {
    let project = crate::cli::Project::new();
    let mut leaked = Vec::new();
    for name in [
        "port",
        "hostaddr",
        "sslmode",
        "channel_binding",
        "target_session_attrs",
        "load_balance_hosts",
        "connect_timeout",
        "keepalives",
        "tcp_user_timeout",
        "sslnegotiation",
        "sslcertmode",
        "options",
        "ssl_min_protocol_version",
        "gssencmode",
        "client_encoding",
        "require_auth",
    ] {
        let pairs = format!("host=127.0.0.1 connect_timeout=2 port=1 {name}={SECRET}");
        let url = format!("postgres://127.0.0.1:1/d?connect_timeout=2&{name}={SECRET}");
        let string = pairs.as_str();
        for arguments in [
            vec!["inspect", url.as_str()],
            vec!["diff", "--from", string, "--to", "empty"],
            vec!["diff", "--from", "empty", "--to", "empty", "--stats-from", string],
            vec!["status", "--database-url", string],
            vec!["apply", "--to", string],
        ] {
            let ended = project.run(&arguments);
            let said = ended.out + &ended.err;
            assert_ne!(ended.status, 0, "{arguments:?}");
            leaked.extend(leaks(&said).then(|| format!("{arguments:?}: {said}")));
        }
    }
    no_leak(&leaked);
}

/// A file of settings is no argument, and is not repeated either.
#[test]
fn a_connection_in_the_file_of_settings_shows_no_password() {
    let project = crate::cli::Project::new();
    for (key, verb) in [("migrations", "status"), ("migrations", "check"), ("lock_timeout", "status")] {
        project.write("feedstock.toml", &format!("{key} = 'postgres://ann:{SECRET}@127.0.0.1:1/shop'\n"));
        let ended = project.run(&[verb]);
        let said = ended.out + &ended.err;
        assert_ne!(ended.status, 0, "{said}");
        assert!(!leaks(&said), "{said}");
    }
}

#[test]
fn a_key_value_string_is_a_source() {
    let project = crate::cli::Project::new();
    let database = crate::support::database("pairs");
    let url: postgres::Config = database.url.parse().unwrap();
    let directory = crate::support::socket_directory(&url);
    let string = format!("host={} user=feedstock dbname={}", directory.display(), url.get_dbname().unwrap());
    feedstock::internals::connect::connect(&string)
        .unwrap()
        .batch_execute("CREATE TABLE of_pairs (id integer)")
        .unwrap();
    project.run(&["inspect", &string]).is(0).says("of_pairs");
    project.run(&["diff", "--from", &database.url, "--to", &string, "--exit-code"]).is(0);
    project.run(&["--database-url", &string, "status"]).is(0);
}
