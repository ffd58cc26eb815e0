//! `stats URL`

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::context::Context;
use super::{Answer, say};
use crate::plan::Size;
use crate::schema::Name;
use crate::{Error, Result, source, text_file};

#[derive(clap::Args)]
pub(super) struct Verb {
    /// The database; it is only read
    #[arg(value_name = "URL")]
    url: String,
}

/// What `--stats-from` takes as a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stats {
    tables: Vec<Table>,
}

/// A table and how large it is.
#[derive(Serialize, Deserialize)]
struct Table {
    #[serde(flatten)]
    name: Name,
    #[serde(flatten)]
    size: Size,
}

pub(super) fn run(context: &Context, verb: &Verb) -> Result<Answer> {
    context.step("reading the sizes of the tables …");
    let sizes = source::sizes(&verb.url)?;
    context.done();
    let tables = sizes.into_iter().map(|(name, size)| Table { name, size }).collect();
    say::result(&say::json(&Stats { tables })?)?;
    Ok(Answer::Yes)
}

/// Reads the file.
pub(super) fn read(path: &Path) -> Result<BTreeMap<Name, Size>> {
    let text = text_file::read_with_lf(path)?;
    let stats: Stats = serde_json::from_str(&text).map_err(|error| {
        Error::file(format!("{} does not hold sizes of tables", path.display()))
            .because(error)
            .help("write it with `stats URL`")
    })?;
    Ok(stats.tables.into_iter().map(|Table { name, size }| (name, size)).collect())
}
