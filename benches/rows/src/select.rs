//! All rows of the table, on a blocking client.

use feedstock::Model;
use feedstock::blocking::Run as _;
use images::{ImageGeneration, ImageGenerationRef};
use postgres::fallible_iterator::FallibleIterator;
use postgres::{Client, NoTls};

use crate::image::{SELECT, by_index, by_name};
use crate::{Result, Run};

/// The line that the others are compared with.
pub fn hand(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let images: Vec<_> = client.query(SELECT, &[])?.iter().map(by_index).collect::<Result<_>>()?;
        sum.add(&images);
        Ok(())
    })
}

pub fn by_names(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let images: Vec<_> = client.query(SELECT, &[])?.iter().map(by_name).collect::<Result<_>>()?;
        sum.add(&images);
        Ok(())
    })
}

/// By hand, each row mapped as it arrives.
pub fn streamed(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let (mut images, none) = (Vec::new(), std::iter::empty::<i32>());
        let mut rows = client.query_raw(SELECT, none)?;
        while let Some(row) = rows.next()? {
            images.push(by_index(&row)?);
        }
        sum.add(&images);
        Ok(())
    })
}

/// The floor: what it costs to have the rows at all.
pub fn untouched(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let rows = client.query(SELECT, &[])?;
        match sum.looks() {
            true => sum.add(&rows.iter().map(by_index).collect::<Result<Vec<_>>>()?),
            false => _ = std::hint::black_box(rows),
        }
        Ok(())
    })
}

pub fn owned(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        sum.add(&ImageGeneration::query().with_deleted().all(&mut client)?);
        Ok(())
    })
}

/// The rows are kept as they came, and the twin's texts borrow from them.
pub fn borrowed(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let rows = ImageGeneration::query().with_deleted().fetch(&mut client)?;
        sum.add(&rows.iter::<ImageGenerationRef>().collect::<feedstock::Result<Vec<_>>>()?);
        Ok(())
    })
}

/// Binary COPY.
pub fn copy_out(run: &mut Run) -> Result {
    let mut client = connect(run)?;
    run.measure(|sum| {
        let images = ImageGeneration::query().with_deleted().copy_out(&mut client)?;
        sum.add(&images.collect::<feedstock::Result<Vec<_>>>()?);
        Ok(())
    })
}

fn connect(run: &Run) -> Result<Client> {
    Ok(Client::connect(&run.url, NoTls)?)
}
