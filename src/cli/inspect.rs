//! `inspect SOURCE`

use super::context::Context;
use super::history::SearchPathArgument;
use super::{Answer, Format, FormatArgument, say};
use crate::prove::emit;
use crate::source::{Source, Unmanaged, unmanaged_of_live};
use crate::{Error, Result};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// models, migrations, migrations@7, a directory, FILE.sql, postgres://… or empty
    source: String,
    /// Writes what is not managed of a live database, for schema/base/base.sql
    #[arg(long)]
    unmanaged: bool,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    let source = context.source(&verb.source)?;
    if verb.unmanaged {
        return unmanaged(context, &verb, &source);
    }
    let scratch = context.scratch(&verb.search_path, &[&source])?;
    let schema = context.sources(&scratch).build(&source)?.schema;
    context.done();
    for line in &schema.unsupported {
        say::warning(&format!("unsupported, and not in the output: {line}"));
    }
    match verb.format.format {
        Format::Json => say::result(&say::json(&schema)?)?,
        Format::Text => say::result(&emit(&schema))?,
    }
    Ok(Answer::Yes)
}

/// What is not managed, as the SQL that replays begin with. What it lacks is said.
fn unmanaged(context: &Context, verb: &Verb, source: &Source) -> Result<Answer> {
    let Source::Live(url) = source else {
        return Err(Error::usage(format!("--unmanaged reads a live database, and {source} is none"))
            .help("inspect --unmanaged postgres://… > schema/base/base.sql"));
    };
    if matches!(verb.format.format, Format::Json) {
        return Err(Error::usage("--unmanaged writes SQL").help("leave --format out"));
    }
    let scratch = context.bare_scratch(&verb.search_path)?;
    context.step("reading what is not managed …");
    let Unmanaged { text, lacks } = unmanaged_of_live(scratch, url, &context.scope)?;
    context.done();
    lacks.iter().for_each(|line| say::warning(&format!("left out: {line}")));
    let managed = context.scope.schemas.join(", ");
    say::result(&format!("-- Not managed (managed: {managed}): every replay begins with it.\n\n{text}"))?;
    Ok(Answer::Yes)
}
