//! `inspect SOURCE`

use super::context::Context;
use super::history::SearchPathArgument;
use super::{Answer, Format, FormatArgument, say};
use crate::Result;
use crate::prove::emit;

#[derive(clap::Args)]
pub(super) struct Verb {
    /// models, migrations, migrations@7, a directory, FILE.sql, postgres://… or empty
    source: String,
    #[command(flatten)]
    search_path: SearchPathArgument,
    #[command(flatten)]
    format: FormatArgument,
}

pub(super) fn run(context: &Context, verb: Verb) -> Result<Answer> {
    let source = context.source(&verb.source)?;
    context.insist_on_use("inspect", &[&source])?;
    let scratch = context.scratch(&verb.search_path)?;
    let schema = context.sources(&scratch).build(&source)?.schema;
    context.done();
    for line in &schema.unsupported {
        say::warning(&format!("unsupported, and not in the output: {line}"));
    }
    match verb.format.format {
        Format::Json => say::json(&schema)?,
        Format::Text => say::result(&emit(&schema))?,
    }
    Ok(Answer::Yes)
}
