//! Files that begin with an empty database. No program uses anything from before them, so their locks, and what they
//! drop of their own, hurt nobody, and only what is there in the end is judged. So no schema is read after each
//! statement, which takes the longer the larger it is.
//!
//! They are run up to three times: to find what is wrong in the end; to find the file after which it is there; and to
//! find the statement of that file.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::catalog::{Catalog, Question, names_it};
use super::{File, Found, Settings, measured, models, proven, text};
use crate::Result;
use crate::migration::Migration;
use crate::prove::{Database, Observer, Scratch};
use crate::report::Coverage;

/// What a question found.
struct Item {
    /// Its place in the list of questions.
    question: usize,
    /// The object, as the question names it.
    object: String,
    file: Option<usize>,
    found: Found,
}

/// The findings of each file.
pub(super) fn findings(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
    coverage: &mut Option<Coverage>,
) -> Result<Vec<Vec<Found>>> {
    let mut questions = Question::all(settings.own);
    let (mut found_in, mut items) = in_the_end(scratch, database, files, settings, &mut questions, coverage)?;
    if items.iter().any(|item| item.file.is_none()) {
        add_files(scratch, database, files, settings, &questions, &mut items)?;
    }
    // What `new` wrote is judged by the rules of the project alone.
    items.retain(|item| {
        let is_of_project = questions[item.question].file.is_some();
        item.file.is_some_and(|number| is_of_project || !files[number].is_proven())
    });
    add_statements(scratch, database, files, settings, &questions, &mut items)?;
    for item in items {
        found_in[item.file.unwrap_or_default()].push(item.found);
    }
    Ok(found_in)
}

/// Runs the files. Returns what is wrong with each by itself, and what there is in the end.
fn in_the_end(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
    questions: &mut Vec<Question>,
    coverage: &mut Option<Coverage>,
) -> Result<(Vec<Vec<Found>>, Vec<Item>)> {
    let copy = scratch.clone_of(database)?;
    let mut observer = Observer::without_looking(scratch, &copy, settings.scope)?;
    let mut catalog = Catalog::open(&copy)?;
    let start = Arc::clone(observer.schema());
    let of_project: BTreeSet<usize> = questions_where(questions, |question| question.file.is_some());
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
            items.push(Item { question, object, file: Some(number), found });
        }
    }
    let ours = questions_where(questions, |question| question.file.is_none());
    for (question, object, message) in catalog.answers_in_the_end(questions, &ours)? {
        let found = questions[question].found(&object, message);
        items.push(Item { question, object, file: None, found });
    }
    if !settings.soft_deleted.is_empty() {
        for (index, found) in models::in_the_end(&observer.read()?, settings.soft_deleted) {
            let question = questions.len();
            questions.push(Question::of_index(&index));
            items.push(Item { question, object: index.to_string(), file: None, found });
        }
    }
    Ok((found_in, items))
}

fn questions_where(questions: &[Question], is_it: impl Fn(&Question) -> bool) -> BTreeSet<usize> {
    (0..questions.len()).filter(|at| is_it(&questions[*at])).collect()
}

/// Runs the files again, to find the last one after which an item is there that was not there before.
fn add_files(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
    questions: &[Question],
    items: &mut [Item],
) -> Result<()> {
    if let [_] = files {
        items.iter_mut().for_each(|item| item.file = Some(0));
        return Ok(());
    }
    let asked: BTreeSet<usize> =
        items.iter().filter(|item| item.file.is_none()).map(|item| item.question).collect();
    let copy = scratch.clone_of(database)?;
    let mut observer = Observer::without_looking(scratch, &copy, settings.scope)?;
    let mut catalog = Catalog::open(&copy)?;
    catalog.remember()?;
    let mut before = BTreeSet::new();
    for (number, migration) in files.iter().enumerate() {
        observer.file(migration)?;
        let answers = catalog.answers(questions, &asked)?.into_iter();
        let after: BTreeSet<(usize, String)> =
            answers.map(|(question, object, _)| (question, object)).collect();
        for item in items.iter_mut().filter(|item| asked.contains(&item.question)) {
            let key = (item.question, item.object.clone());
            if after.contains(&key) && !before.contains(&key) {
                item.file = Some(number);
            }
        }
        before = after;
    }
    Ok(())
}

/// Runs the files again, to find the last statement of its file after which an item is there that was not there
/// before; else the last one that names it.
fn add_statements(
    scratch: &Scratch,
    database: &Database,
    files: &[&Migration],
    settings: &Settings<'_>,
    questions: &[Question],
    items: &mut [Item],
) -> Result<()> {
    let Some(last) = items.iter().filter_map(|item| item.file).max() else { return Ok(()) };
    let copy = scratch.clone_of(database)?;
    let mut observer = Observer::without_looking(scratch, &copy, settings.scope)?;
    let mut catalog = Catalog::open(&copy)?;
    for (number, migration) in files.iter().enumerate().take(last + 1) {
        let here = || items.iter().filter(|item| item.file == Some(number)).map(|item| item.question);
        let asked: BTreeSet<usize> = here().collect();
        if !asked.is_empty() {
            catalog.remember()?;
        }
        observer.ask_after_each(asked.into_iter().map(|at| (at, questions[at].sql.clone())).collect());
        let (statements, ran) = (migration.statements()?, observer.file(migration)?);
        for item in items.iter_mut().filter(|item| item.file == Some(number)) {
            let key = (item.question, item.object.clone());
            let is_there = |at: &usize| ran[*at].answers.contains(&key);
            let appears =
                |at: &usize| is_there(at) && !at.checked_sub(1).is_some_and(|before| is_there(&before));
            let names = |at: &usize| names_it(statements[*at].text, &item.object);
            item.found.at = (0..ran.len()).rfind(appears).or_else(|| (0..ran.len()).rfind(names));
        }
    }
    Ok(())
}
