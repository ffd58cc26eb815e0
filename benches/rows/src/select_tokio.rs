//! All rows of the table, on an async client.
//!
//! One thread runs the client and its connection, as with the blocking client.

use feedstock::Model;
use feedstock::tokio::Run as _;
use futures_util::TryStreamExt;
use images::{ImageGeneration, ImageGenerationRef};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

use crate::image::{SELECT, by_index};
use crate::{Result, Run};

/// The line that the others are compared with.
pub fn hand(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        let rows = runtime.block_on(client.query(SELECT, &[]))?;
        sum.add(&rows.iter().map(by_index).collect::<Result<Vec<_>>>()?);
        Ok(())
    })
}

/// By hand, each row mapped as it arrives.
pub fn streamed(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        let images = runtime.block_on(async {
            let (mut images, none) = (Vec::new(), std::iter::empty::<i32>());
            let mut rows = std::pin::pin!(client.query_raw(SELECT, none).await?);
            while let Some(row) = rows.try_next().await? {
                images.push(by_index(&row)?);
            }
            Result::Ok(images)
        })?;
        sum.add(&images);
        Ok(())
    })
}

/// The floor: what it costs to have the rows at all.
pub fn untouched(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        let rows = runtime.block_on(client.query(SELECT, &[]))?;
        match sum.looks() {
            true => sum.add(&rows.iter().map(by_index).collect::<Result<Vec<_>>>()?),
            false => _ = std::hint::black_box(rows),
        }
        Ok(())
    })
}

pub fn owned(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        sum.add(&runtime.block_on(ImageGeneration::query().with_deleted().all(&client))?);
        Ok(())
    })
}

/// The rows are kept as they came, and the twin's texts borrow from them.
pub fn borrowed(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        let rows = runtime.block_on(ImageGeneration::query().with_deleted().fetch(&client))?;
        sum.add(&rows.iter::<ImageGenerationRef>().collect::<feedstock::Result<Vec<_>>>()?);
        Ok(())
    })
}

/// Binary COPY.
pub fn copy_out(run: &mut Run) -> Result {
    let (runtime, client) = connect(run)?;
    run.measure(|sum| {
        let images = runtime.block_on(async {
            let (mut images, query) = (Vec::new(), ImageGeneration::query().with_deleted());
            let mut rows = query.copy_out(&client).await?;
            while let Some(image) = rows.next().await {
                images.push(image?);
            }
            Result::Ok(images)
        })?;
        sum.add(&images);
        Ok(())
    })
}

/// A client, whose connection runs as a task of the runtime.
pub fn connect(run: &Run) -> Result<(Runtime, Client)> {
    let runtime = runtime()?;
    let (client, connection) = runtime.block_on(tokio_postgres::connect(&run.url, NoTls))?;
    runtime.spawn(connection);
    Ok((runtime, client))
}

/// One thread.
pub fn runtime() -> Result<Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
