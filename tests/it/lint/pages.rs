//! The pages of the rules are their tests. A page has blocks of SQL, and what stands behind `sql` says what each is:
//!
//! * `sql setup`: what is there before; all of them together, for all cases of the page;
//! * `sql bad`: a migration that has findings. Each stands in a comment at the end of the line on which its statement
//!   begins: `-- drop-column`, or several with commas between. `file:RULE` behind `bad` is a finding about the file, and
//!   `line:2:RULE` one at a line that is a comment itself. These are all its findings;
//! * `sql good`: one that has none. A line `-- next file` ends a file;
//! * `sql from` and `sql to`: of a rule that only plans say, two schemas; the plan between them says it. Behind `to`,
//!   `fill=TABLE.COLUMN=EXPRESSION` is what `--fill` says.
//!
//! Behind `setup` and `from`, `superuser` says that the history is replayed by one. A rule that is off is on for its own
//! page.
//!
//! `soft-delete:TABLE.COLUMN` behind `setup` is what a model declares. `since:16` behind any of them is the first version
//! of Postgres that knows it. `FEEDSTOCK_PAGES` picks rules by a part of their name, or by one of several with commas
//! between.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use feedstock::internals::inspect::Scope;
use feedstock::internals::lint::{RULES, Rule, Seen, SoftDeleted, find};
use feedstock::internals::plan::{Mode, Options};
use feedstock::internals::prove::Observer;
use feedstock::internals::report::Finding;
use feedstock::internals::schema::Name;
use feedstock::migration::Migrations;

use super::{More, built, judged};
use crate::pipeline;
use crate::support;

/// A block of a page.
struct Block {
    kind: String,
    words: Vec<String>,
    line: usize,
    text: String,
}

#[test]
fn each_page_is_true() {
    let picked = std::env::var("FEEDSTOCK_PAGES").unwrap_or_default();
    let is_picked =
        |rule: &&Rule| picked.is_empty() || picked.split(',').any(|part| rule.name.contains(part));
    let rules: Vec<&Rule> = RULES.iter().filter(is_picked).collect();
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(rule) = rules.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let wrong = page(rule);
                    failures
                        .lock()
                        .unwrap()
                        .extend(wrong.into_iter().map(|why| format!("{}.md:{why}", rule.name)));
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(failures.is_empty(), "{} are wrong:\n\n{}", failures.len(), failures.join("\n\n"));
}

/// What is wrong with a page.
fn page(rule: &Rule) -> Vec<String> {
    // From the disk: an edit of a page needs no build.
    let path = format!("{}/src/lint/rules/{}.md", env!("CARGO_MANIFEST_DIR"), rule.name);
    let blocks = blocks(&std::fs::read_to_string(path).unwrap());
    let of = |kind: &str| blocks.iter().filter(|block| block.kind == kind).collect::<Vec<_>>();
    if matches!(rule.seen, Seen::Plans) {
        let pairs: Vec<_> = of("from").into_iter().zip(of("to")).collect();
        if pairs.is_empty() {
            return vec!["1: it has no blocks `sql from` and `sql to`".to_owned()];
        }
        let applicable = pairs.into_iter().filter(|(_, to)| to.is_applicable());
        let says = |(from, to): (&Block, &Block)| as_replayed(from, || plan_says(rule, from, to)).err();
        return applicable.filter_map(says).collect();
    }
    if of("bad").is_empty() || of("good").is_empty() {
        return vec!["1: it has no block `sql bad`, or no `sql good`".to_owned()];
    }
    let setup: String = of("setup").iter().map(|block| block.text.as_str()).collect();
    let words = of("setup").into_iter().flat_map(|block| &block.words);
    let soft_deleted = words.filter_map(|word| word.strip_prefix("soft-delete:")?.split_once('.'));
    let soft_deleted = soft_deleted.map(|(table, column)| SoftDeleted {
        table: Name::new("public", table),
        column: column.to_owned(),
        with_deleted: Vec::new(),
    });
    let more =
        More { on: rule.severity.is_none().then_some(rule.name), soft_deleted: soft_deleted.collect() };
    let cases = of("bad").into_iter().chain(of("good")).filter(|block| block.is_applicable());
    let is_superuser = of("setup").into_iter().find(|block| block.is("superuser"));
    let judge = |block| match is_superuser {
        Some(setup_block) => as_replayed(setup_block, || case(rule, &setup, &more, block)),
        None => case(rule, &setup, &more, block),
    };
    let mut wrong: Vec<String> = cases.filter_map(|block| judge(block).err()).collect();
    let named = of("bad").iter().any(|block| block.expected().iter().any(|(_, _, name)| name == rule.name));
    if !named {
        wrong.push("1: no block `sql bad` expects the rule itself".to_owned());
    }
    wrong
}

/// Does it as the block says that its history is replayed.
fn as_replayed<T>(block: &Block, what: impl FnOnce() -> T) -> T {
    if block.is("superuser") { support::as_superuser(what) } else { what() }
}

fn case(rule: &Rule, setup: &str, more: &More, block: &Block) -> Result<(), String> {
    let mut files = vec![("V1__setup.sql".to_owned(), setup.to_owned())];
    let texts = block.files();
    files.extend(
        texts.iter().enumerate().map(|(at, text)| (format!("V{}__{}.sql", at + 2, block.kind), text.clone())),
    );
    let place = |why: String| format!("{}: {why}\n{}", block.line, block.text);
    let (found, coverage) = judged(&files, 1, &[], more).map_err(place)?;
    let mut seen: Vec<(usize, usize, String)> = found
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref();
            let file =
                place.and_then(|place| files.iter().position(|(name, _)| *name == place.file)).unwrap_or(1);
            let line = place.and_then(|place| place.start).map_or(0, |start| start.line);
            (file, line, finding.rule.to_string())
        })
        .collect();
    let mut expected = block.expected();
    seen.sort();
    expected.sort();
    if seen != expected {
        let lines: String = found.iter().map(|finding| format!("\n  {}", line(finding))).collect();
        return Err(place(format!("expected {expected:?}, and found {seen:?}:{lines}")));
    }
    if !coverage.missing.is_empty() && block.kind == "good" {
        return Err(place(format!("not all was measured: {}", coverage.sentence())));
    }
    for finding in found.iter().filter(|finding| finding.rule == rule.name) {
        rewrite(setup, &texts, finding).map_err(place)?;
    }
    Ok(())
}

/// A rewrite reaches the same schema, has the finding no longer, and takes a weaker lock where there is work to wait
/// for.
fn rewrite(setup: &str, texts: &[String], finding: &Finding) -> Result<(), String> {
    let Some(rewrite) = &finding.rewrite else { return Ok(()) };
    let [_] = texts else { return Ok(()) };
    let statements =
        feedstock::internals::sql::split("rewrite", rewrite).map_err(|error| error.to_string())?;
    let statements = statements.iter().filter(|statement| statement.transaction_control().is_none());
    let mut files = vec![("V1__setup.sql".to_owned(), setup.to_owned())];
    for (at, statement) in statements.enumerate() {
        let header = match statement.outside_transaction() {
            Some(_) => "-- feedstock: no-transaction\n",
            None if statement.text.starts_with("DO ") && statement.text.contains("COMMIT") => {
                "-- feedstock: backfill\n"
            }
            None => "",
        };
        files.push((format!("V{}__rewrite.sql", at + 2), format!("{header}{};\n", statement.text)));
    }
    // That of one statement reaches what the statement does.
    let one =
        feedstock::internals::sql::split("block", &texts[0]).is_ok_and(|statements| statements.len() == 1);
    if one {
        let bad = [files[0].clone(), ("V2__bad.sql".to_owned(), texts[0].clone())];
        let schema = |files: &[(String, String)]| {
            let migrations =
                Migrations::from_files(files.iter().cloned()).map_err(|error| error.to_string())?;
            Ok::<_, String>(built(&migrations, &Scope::default()).map_err(|error| error.to_string())?.schema)
        };
        if schema(&bad)? != schema(&files)? {
            return Err(format!("the rewrite reaches another schema:\n{rewrite}"));
        }
        let (was, is) = (strongest_locks(&bad)?, strongest_locks(&files)?);
        // Without work, the lock itself is what hurts.
        let is_weaker =
            if was.during_work.is_some() { is.during_work < was.during_work } else { is.any < was.any };
        if !is_weaker {
            return Err(format!("the rewrite takes no weaker lock, {is:?} after {was:?}:\n{rewrite}"));
        }
    }
    let (found, coverage) = judged(&files, 1, &[], &More::default())?;
    if let Some(found) = found.iter().find(|found| found.rule == finding.rule) {
        return Err(format!("the rewrite has the same finding: {}\n{rewrite}", line(found)));
    }
    if !coverage.missing.is_empty() {
        return Err(format!("the rewrite fails: {}\n{rewrite}", coverage.sentence()));
    }
    Ok(())
}

/// The strongest lock on a table that the files take, and the strongest one on a table that is read or written from end
/// to end meanwhile, as measured.
#[derive(Debug)]
struct Strongest {
    any: Option<Mode>,
    during_work: Option<Mode>,
}

fn strongest_locks(files: &[(String, String)]) -> Result<Strongest, String> {
    let said = |error: feedstock::Error| error.to_string();
    let migrations = Migrations::from_files(files.iter().cloned()).map_err(said)?;
    let scope = Scope::default();
    let setup = built(&migrations.up_to(1), &scope).map_err(said)?;
    let copy = support::scratch().clone_of(&setup.database).map_err(said)?;
    let mut observer = Observer::open(support::scratch(), &copy, &scope).map_err(said)?;
    let mut strongest = Strongest { any: None, during_work: None };
    for migration in migrations.iter().filter(|migration| migration.version > 1) {
        for ran in observer.file(migration).map_err(said)? {
            let held: Vec<_> = ran.measured.locks.cumulative.iter().collect();
            strongest.any = strongest.any.max(held.iter().map(|lock| lock.mode).max());
            let worked_on = ran.measured.scans.iter().chain(&ran.measured.rewrites);
            let worked_on: Vec<&Name> =
                worked_on.map(|relation| relation.of.as_ref().unwrap_or(&relation.name)).collect();
            let during_work = held.iter().filter(|lock| worked_on.contains(&&lock.relation.name));
            strongest.during_work = strongest.during_work.max(during_work.map(|lock| lock.mode).max());
        }
    }
    Ok(strongest)
}

fn line(finding: &Finding) -> String {
    let place = finding.place.as_ref().and_then(|place| place.start).map_or(0, |start| start.line);
    format!("{place}: {} [{}]", finding.message, finding.key())
}

fn plan_says(rule: &Rule, from: &Block, to: &Block) -> Result<(), String> {
    let place = |why: String| format!("{}: {why}", from.line);
    let built_of =
        |block: &Block| pipeline::built(&format!("{}.sql", block.kind), &block.text).map_err(place);
    let (current, wanted) = (built_of(from)?, built_of(to)?);
    let fill = to.words.iter().filter_map(|word| {
        let (column, value) = word.strip_prefix("fill=")?.split_once('=')?;
        let (table, column) = column.split_once('.')?;
        Some(((Name::new("public", table), column.to_owned()), value.to_owned()))
    });
    let options = Options { fill: fill.collect(), ..Options::default() };
    let plan = pipeline::worked_out(&current, &wanted, &Default::default(), &options).map_err(place)?;
    let hazards = plan.steps().flat_map(|step| &step.hazards).map(|hazard| hazard.rule);
    let said: BTreeSet<&str> = hazards.chain(plan.refusals.iter().map(|refusal| refusal.rule)).collect();
    if said.contains(rule.name) { Ok(()) } else { Err(place(format!("the plan says {said:?}"))) }
}

impl Block {
    fn is(&self, word: &str) -> bool {
        self.words.iter().any(|have| have == word)
    }

    fn is_applicable(&self) -> bool {
        let since = self.words.iter().find_map(|word| word.strip_prefix("since:")?.parse().ok()).unwrap_or(0);
        support::server().version() / 10_000 >= since
    }

    fn files(&self) -> Vec<String> {
        let mut files = vec![String::new()];
        for line in self.text.lines() {
            if line == "-- next file" {
                files.push(String::new());
            } else if let Some(file) = files.last_mut() {
                *file += line;
                file.push('\n');
            }
        }
        files
    }

    /// The findings that the comments name: the number of the file, the line, the rule.
    fn expected(&self) -> Vec<(usize, usize, String)> {
        let mut expected = Vec::new();
        for (file, text) in (1..).zip(self.files()) {
            for (number, line) in (1..).zip(text.lines()) {
                let Some((_, comment)) = line.rsplit_once("-- ") else { continue };
                let rules: Vec<&str> = comment.split(", ").collect();
                if self.kind == "bad"
                    && rules.iter().all(|rule| find(rule).is_some_and(|known| known.name == *rule))
                {
                    expected.extend(rules.into_iter().map(|rule| (file, number, rule.to_owned())));
                }
            }
        }
        let of_file = self.words.iter().filter_map(|word| word.strip_prefix("file:"));
        expected.extend(of_file.map(|rule| (1, 0, rule.to_owned())));
        let of_line = self.words.iter().filter_map(|word| word.strip_prefix("line:")?.split_once(':'));
        expected.extend(of_line.map(|(line, rule)| (1, line.parse().unwrap(), rule.to_owned())));
        expected
    }
}

/// The blocks of SQL of a page.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut inside = false;
    for (number, text) in (1..).zip(page.lines()) {
        if inside && text == "```" {
            inside = false;
        } else if let Some(words) = text.strip_prefix("```sql ") {
            let mut words = words.split_whitespace().map(str::to_owned);
            let kind = words.next().unwrap_or_default();
            assert!(
                ["setup", "bad", "good", "from", "to"].contains(&kind.as_str()),
                "line {number}: sql {kind}"
            );
            blocks.push(Block { kind, words: words.collect(), line: number, text: String::new() });
            inside = true;
        } else if inside && let Some(block) = blocks.last_mut() {
            block.text += text;
            block.text.push('\n');
        }
    }
    blocks
}
