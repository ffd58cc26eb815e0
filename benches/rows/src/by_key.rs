//! Each row of the table by its key, one after another, on an async client.

use feedstock::tokio::Run as _;
use feedstock::{Cached, Model};
use images::ImageGeneration;

use crate::image::{BY_KEY, by_index};
use crate::select_tokio::connect;
use crate::{Result, Run};

/// The line that the others are compared with: a prepared statement.
pub fn hand(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    let statement = runtime.block_on(client.prepare(BY_KEY))?;
    run.measure(|sum| {
        runtime.block_on(async {
            for id in run.keys() {
                let row = client.query_one(&statement, &[&id]).await?;
                sum.add([&by_index(&row)?]);
            }
            Ok(())
        })
    })
}

pub fn owned(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    let client = Cached::new(client);
    run.measure(|sum| {
        runtime.block_on(async {
            for id in run.keys() {
                sum.add([&ImageGeneration::find(id).with_deleted().one(&client).await?]);
            }
            Ok(())
        })
    })
}

/// Without `Cached`: one round trip, and nothing that a proxy has to keep.
pub fn unnamed(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        runtime.block_on(async {
            for id in run.keys() {
                sum.add([&ImageGeneration::find(id).with_deleted().one(&client).await?]);
            }
            Ok(())
        })
    })
}
