//! Files that begin with an empty database. No program uses anything from before them, so their locks, and what they
//! drop of their own, hurt nobody, and only what is there in the end is judged. So no schema is read after each
//! statement, which takes the longer the larger it is.
//!
//! What is found in the end is then looked for: the files are run again, and after each statement that names an object,
//! its rule is asked about that object alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::catalog::{self, Catalog, Question, names_it};
use super::{File, Found, Settings, measured, models, proven, text};
use crate::Result;
use crate::ident::quote_qualified;
use crate::migration::Migration;
use crate::prove::{Database, Observer, Scratch};
use crate::report::Coverage;
use crate::sql;

/// What a question found.
struct Item {
    /// Its place in the list of questions.
    question: usize,
    /// The object, as the question names it.
    object: String,
    /// The table of an index.
    table: Option<String>,
    /// Its file, once that is known.
    file: Option<usize>,
    found: Found,
}

impl Item {
    fn new(question: usize, object: String, found: Found) -> Self {
        Item { question, object, table: None, file: None, found }
    }

    /// The schema and the name of its relation or routine.
    fn relation(&self) -> Option<(String, String)> {
        let mut parts = self.parts().into_iter();
        Some((parts.next()?, parts.next()?))
    }

    /// The names of which a statement about it has one: not that of a column, which many tables have.
    fn names(&self) -> Vec<String> {
        let parts = self.parts();
        let own = parts.get(1).or(parts.first());
        own.into_iter().chain(&self.table).cloned().collect()
    }

    /// The parts of the object's name, without quotes: its schema, its relation or routine, and the part of that.
    fn parts(&self) -> Vec<String> {
        let name = self.object.split('(').next().unwrap_or_default();
        let mut parts = vec![String::new()];
        let mut quoted = false;
        for letter in name.chars() {
            match (letter, parts.last_mut()) {
                ('"', _) => quoted = !quoted,
                ('.', _) if !quoted => parts.push(String::new()),
                (letter, Some(part)) => part.push(letter),
                (_, None) => {}
            }
        }
        parts
    }
}

/// The findings of each file. `first` is a copy of `database`, in which nothing was run yet.
pub(super) fn findings(
    scratch: &Scratch,
    database: &Database,
    first: (&Database, Observer<'_>),
    files: &[&Migration],
    settings: &Settings<'_>,
    coverage: &mut Option<Coverage>,
) -> Result<Vec<Vec<Found>>> {
    let mut questions = Question::all(settings.own);
    let (mut found_in, mut items) = in_the_end(first, files, settings, &mut questions, coverage)?;
    for which in [Which::Naming, Which::All] {
        add_places(scratch, database, files, settings, &questions, &mut items, which)?;
    }
    for mut item in items {
        let last = files.len().saturating_sub(1);
        let number = item.file.unwrap_or(last);
        let is_of_project = questions[item.question].file.is_some();
        if is_of_project {
            let statements = files[number].statements()?;
            let names = |at: &usize| names_it(statements[*at].text, &item.object);
            item.found.at = (0..statements.len()).rfind(names);
        }
        // What `new` wrote is judged by the rules of the project alone.
        if is_of_project || !files[number].is_proven() {
            found_in[number].push(item.found);
        }
    }
    Ok(found_in)
}

/// Runs the files. Returns what is wrong with each by itself, and what there is in the end.
fn in_the_end(
    (copy, mut observer): (&Database, Observer<'_>),
    files: &[&Migration],
    settings: &Settings<'_>,
    questions: &mut Vec<Question>,
    coverage: &mut Option<Coverage>,
) -> Result<(Vec<Vec<Found>>, Vec<Item>)> {
    let mut catalog = Catalog::open(copy)?;
    let start = Arc::clone(observer.schema());
    let (ours, of_project) = Question::by_origin(questions);
    let (mut found_in, mut items) = (Vec::new(), Vec::new());
    for (number, migration) in files.iter().enumerate() {
        if number == 0 || !of_project.is_empty() {
            catalog.remember()?;
        }
        let (statements, ran) = (migration.statements()?, observer.file(migration)?);
        let file = File {
            migration,
            statements: &statements,
            ran: &ran,
            start: &start,
            before: &start,
            renamed: &[],
            options: settings.options,
        };
        let mut found = measured::failures(&file);
        if migration.is_proven() {
            proven::complete(migration, &mut found);
        } else {
            found.extend(text::findings(&file));
        }
        found_in.push(found);
        file.count(coverage);
        for (question, object, message) in catalog.answers(questions, &of_project)? {
            let found = questions[question].found(&object, message);
            items.push(Item { file: Some(number), ..Item::new(question, object, found) });
        }
    }
    for (question, object, message) in catalog.answers_in_the_end(questions, &ours)? {
        let found = questions[question].found(&object, message);
        items.push(Item::new(question, object, found));
    }
    if !settings.soft_deleted.is_empty() {
        for (index, found) in models::in_the_end(&observer.read()?, settings.soft_deleted) {
            let object = quote_qualified(&index.schema, &index.name);
            items.push(Item::new(questions.len(), object, found));
            questions.push(Question::of_index(&index));
        }
    }
    let tables = catalog.tables_of_indexes()?;
    for item in &mut items {
        item.table = tables.get(&item.object).cloned();
    }
    Ok((found_in, items))
}

/// After which statements a rule is asked.
#[derive(Clone, Copy, PartialEq)]
enum Which {
    /// After those that name the object or its table.
    Naming,
    /// After all, since code may put names together.
    All,
}

/// Runs the files again, to find for each item that has no file yet the last statement after which it is there and
/// before which it was not.
fn add_places(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
    questions: &[Question],
    items: &mut [Item],
    which: Which,
) -> Result<()> {
    let wanted: Vec<usize> = (0..items.len()).filter(|at| items[*at].file.is_none()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let copy = scratch.clone_of(database)?;
    let mut observer = Observer::open(scratch, &copy, settings.scope)?.without_looking();
    let mut catalog = Catalog::open(&copy)?;
    catalog.remember()?;
    catalog.add_parts()?;
    let mut named: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for at in &wanted {
        for name in items[*at].names() {
            named.entry(name).or_default().push(*at);
        }
    }
    let mut there: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    for (number, migration) in files.iter().enumerate() {
        let statements = migration.statements()?;
        let mut asked: Vec<BTreeSet<usize>> = Vec::new();
        for statement in &statements {
            asked.push(match which {
                Which::All => wanted.iter().copied().collect(),
                Which::Naming => {
                    let words = sql::names(statement.text);
                    words.iter().filter_map(|word| named.get(word)).flatten().copied().collect()
                }
            });
        }
        let text = |of: &BTreeSet<usize>| {
            let relations: BTreeSet<_> = of.iter().filter_map(|at| items[*at].relation()).collect();
            let of: BTreeSet<usize> = of.iter().map(|at| items[*at].question).collect();
            catalog::about(&relations, questions, &of)
        };
        let texts = asked.iter().map(|of| if of.is_empty() { None } else { Some(text(of)) });
        observer.ask_after_each(texts.collect());
        let ran = observer.file(migration)?;
        for (at, of) in asked.iter().enumerate().filter(|(at, _)| ran[*at].failed.is_none()) {
            for item in of {
                let is_there =
                    ran[at].answers.contains(&(items[*item].question, items[*item].object.clone()));
                if is_there {
                    there.entry(*item).or_insert((number, at));
                } else {
                    there.remove(item);
                }
            }
        }
    }
    for (item, (number, at)) in there {
        items[item].file = Some(number);
        items[item].found.at = Some(at);
    }
    Ok(())
}
