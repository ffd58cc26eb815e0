//! `rebase FILE`, and what `check` says of files of two branches.

use std::path::PathBuf;

use super::context::Context;
use super::history::{HistoryArguments, SearchPathArgument};
use super::{Answer, say};
use crate::migration::branches::{Branch, conflict};
use crate::plan::{Allow, Options, Plan};
use crate::prove::{Scratch, work_out};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The file that moves behind all others, with the other parts of its change and the files that follow it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    history: HistoryArguments,
    #[command(flatten)]
    search_path: SearchPathArgument,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    context.insist_on_migrations()?;
    let directory = &context.config.migrations;
    let branch = Branch::of(directory, &verb.file)?;
    let moved = branch.moved();
    if moved.iter().zip(&branch.moving).all(|(new, old)| new.name == old.file_name() && new.text == old.sql) {
        say::result(&format!("nothing to do: {} is behind all others already\n", moved[0].name))?;
        return Ok(Answer::Yes);
    }
    if context.global.names_database {
        refuse_applied(context, &verb.history, &branch)?;
    }
    let scratch = context.scratch(&verb.search_path, &[])?;
    insist_on_order(context, &scratch, &branch)?;
    context.done();
    let moved = branch.write(directory)?;
    let lines =
        moved.iter().map(|file| format!("{} is {} now\n", file.from, directory.join(&file.name).display()));
    let lines: String = lines.collect();
    say::result(&format!("{lines}both orders build the same schema\n"))?;
    Ok(Answer::Yes)
}

/// A file that a database has applied may not move.
fn refuse_applied(context: &Context, history: &HistoryArguments, branch: &Branch) -> Result<()> {
    let mut target = context.database()?;
    // The others are read as they are: two of one version are no history.
    for file in &branch.moving {
        let with_it = branch.others.only(|other| other.version != file.version).and(file);
        let recorded = context.history_of(&mut target, &with_it, history)?;
        let is_it = |entry: &crate::runner::Entry| {
            entry.version == file.version && entry.state == crate::runner::State::Applied
        };
        if recorded.entries.iter().any(is_it) {
            return Err(Error::refused(format!("{} may not move: the database has applied it", file.file))
                .help("move the other one"));
        }
    }
    Ok(())
}

/// An error, unless the schema is the same whether the files that move come last or first.
pub(super) fn insist_on_order(context: &Context, scratch: &Scratch, branch: &Branch) -> Result<()> {
    let [last, first] = branch.both_orders()?;
    let sources = context.sources(scratch);
    let name = branch.moving.first().map(|file| file.file.clone()).unwrap_or_default();
    context.step(&format!("building {name} after the others …"));
    let last = sources.migrations(&last).map_err(|error| conflicts(&name, "after the others", error))?;
    context.step(&format!("building {name} before the others …"));
    let first = sources.migrations(&first).map_err(|error| conflicts(&name, "before the others", error))?;
    let options =
        Options { allow: Allow::new(["all".to_owned()]), without_models: true, ..Options::default() };
    let (schema, wanted, scope) = (&last.schema, &first.schema, &context.scope);
    let plan = work_out(scratch, &last.database, schema, wanted, &Default::default(), &options, scope)?;
    if plan.is_empty() && plan.refusals.is_empty() {
        return Ok(());
    }
    Err(Error::refused(format!("{name} and the files beside it touch the same: {}", touched(&plan))).help(
        "their order decides what is there in the end: delete the one that no database has applied, and run `new` \
         again, or write it anew on top of the other",
    ))
}

fn touched(plan: &Plan) -> String {
    let steps = plan.steps().map(|step| step.about.clone());
    let refusals = plan.refusals.iter().map(|refusal| refusal.object.clone());
    let mut objects: Vec<String> = steps.chain(refusals).collect();
    objects.dedup();
    objects.join(", ")
}

fn conflicts(name: &str, order: &str, error: Error) -> Error {
    let message = format!("{name} and the files beside it conflict: with it {order}, a statement fails");
    Error::refused(message).because(error).help("write one of them anew on top of the other")
}

/// What `check` says of two files that are in each other's way.
pub(super) fn judged(context: &Context, search_path: &SearchPathArgument) -> Result<Option<Error>> {
    let directory = &context.config.migrations;
    let Some([one, two]) = conflict(directory).ok().flatten() else { return Ok(None) };
    let message = match one.version == two.version {
        true => format!("{} and {} are both version {}", one.file, two.file, one.version),
        false => format!("{} and {} are of two branches: they follow the same file", one.file, two.file),
    };
    let branch = match Branch::of(directory, two.file.as_ref()) {
        Ok(branch) => branch,
        Err(error) => return Ok(Some(Error::file(message).because(error))),
    };
    let scratch = context.scratch(search_path, &[])?;
    Ok(Some(match insist_on_order(context, &scratch, &branch) {
        Ok(()) => Error::file(message).help(format!(
            "both orders build the same schema: `rebase {}` puts it behind all others (or `rebase {}`, if a database \
             has applied the other one)",
            two.file, one.file
        )),
        Err(error) if error.is_refused() => {
            let advice = error.advice().map(str::to_owned).unwrap_or_default();
            Error::file(message).because(error).help(advice)
        }
        Err(error) => return Err(error),
    }))
}
