//! `stats URL`

use super::context::Context;
use super::{Answer, say};
use crate::{Result, source};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The database; it is only read
    #[arg(value_name = "URL")]
    url: String,
}

pub(super) fn run(context: &Context, verb: &Verb) -> Result<Answer> {
    context.step("reading the sizes of the tables …");
    let sizes = source::sizes(&verb.url)?;
    context.done();
    say::result(&say::json(&source::Stats::from(sizes))?)?;
    Ok(Answer::Yes)
}
