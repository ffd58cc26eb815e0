//! All rows of the table, put in again: client and server count together, and emptying the table does not count.

use feedstock::Model;
use feedstock::blocking::Run as _;
use images::{ImageGeneration, NewImageGeneration};
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls};

use crate::image::{SELECT, by_index, label};
use crate::{Result, Run};

/// By hand: an array a column.
pub fn unnest(run: &mut Run) -> Result {
    by_driver(run, |client, rows| {
        let status: Vec<_> = rows.iter().map(|row| row.status.map(label)).collect();
        let reference_images: Vec<_> =
            rows.iter().map(|row| row.reference_images.as_ref().map(|json| json.as_str())).collect();
        macro_rules! arrays {
            ($($column:ident)*) => { $(let $column: Vec<_> = rows.iter().map(|row| &row.$column).collect();)* };
        }
        arrays! {
            storyboard_id drama_id provider prompt negative_prompt model size quality style steps cfg_scale seed
            image_url minio_url local_path task_id error_msg width height created_at updated_at completed_at
            deleted_at
        }
        client.execute(
            include_str!("unnest.sql"),
            &[
                &storyboard_id,
                &drama_id,
                &provider,
                &prompt,
                &negative_prompt,
                &model,
                &size,
                &quality,
                &style,
                &steps,
                &cfg_scale,
                &seed,
                &image_url,
                &minio_url,
                &local_path,
                &status,
                &task_id,
                &error_msg,
                &width,
                &height,
                &reference_images,
                &created_at,
                &updated_at,
                &completed_at,
                &deleted_at,
            ],
        )?;
        Ok(())
    })
}

/// By hand: binary COPY.
pub fn copy(run: &mut Run) -> Result {
    const TYPES: [Type; 25] = {
        use Type as T;
        [
            T::INT4,
            T::INT4,
            T::VARCHAR,
            T::TEXT,
            T::TEXT,
            T::VARCHAR,
            T::VARCHAR,
            T::VARCHAR,
            T::VARCHAR,
            T::INT4,
            T::FLOAT8,
            T::INT4,
            T::VARCHAR,
            T::VARCHAR,
            T::VARCHAR,
            T::VARCHAR,
            T::VARCHAR,
            T::TEXT,
            T::INT4,
            T::INT4,
            T::TEXT,
            T::TIMESTAMP,
            T::TIMESTAMP,
            T::TIMESTAMP,
            T::TIMESTAMP,
        ]
    };
    by_driver(run, |client, rows| {
        let mut writer = BinaryCopyInWriter::new(client.copy_in(include_str!("copy.sql"))?, &TYPES);
        for row in &rows {
            let cells: [&(dyn ToSql + Sync); 25] = [
                &row.storyboard_id,
                &row.drama_id,
                &row.provider,
                &row.prompt,
                &row.negative_prompt,
                &row.model,
                &row.size,
                &row.quality,
                &row.style,
                &row.steps,
                &row.cfg_scale,
                &row.seed,
                &row.image_url,
                &row.minio_url,
                &row.local_path,
                &row.status.map(label),
                &row.task_id,
                &row.error_msg,
                &row.width,
                &row.height,
                &row.reference_images.as_ref().map(|json| json.as_str()),
                &row.created_at,
                &row.updated_at,
                &row.completed_at,
                &row.deleted_at,
            ];
            writer.write(&cells)?;
        }
        writer.finish()?;
        Ok(())
    })
}

pub fn insert_many(run: &mut Run) -> Result {
    by_driver(run, |client, rows| {
        ImageGeneration::insert_many(rows).execute(client)?;
        Ok(())
    })
}

pub fn copy_in(run: &mut Run) -> Result {
    by_driver(run, |client, rows| {
        ImageGeneration::copy_in(rows).parents_unchecked().execute(client)?;
        Ok(())
    })
}

/// Puts the table's rows in again and again, by `insert` on a client of the driver.
fn by_driver(
    run: &mut Run,
    mut insert: impl FnMut(&mut Client, Vec<NewImageGeneration>) -> Result,
) -> Result {
    let mut client = Client::connect(&run.url, NoTls)?;
    let backend = client.query_one("SELECT pg_backend_pid()", &[])?.try_get(0)?;
    round(run, backend, new, |rows| insert(&mut client, rows))
}

/// Puts the table's rows in again and again, each as `row` has it, by `insert`, whose server process is `backend`.
pub fn round<R>(
    run: &mut Run,
    backend: i32,
    row: impl Fn(ImageGeneration) -> R,
    mut insert: impl FnMut(Vec<R>) -> Result,
) -> Result {
    // Another connection empties the table and looks into it, so that the contestant's does nothing but insert.
    let mut other = Client::connect(&run.url, NoTls)?;
    let images: Vec<_> = other.query(SELECT, &[])?.iter().map(by_index).collect::<Result<_>>()?;
    run.with_backend(backend);
    let other = std::cell::RefCell::new(other);
    run.measure_after(
        || {
            other.borrow_mut().batch_execute("TRUNCATE image_generations RESTART IDENTITY CASCADE")?;
            Ok(images.iter().cloned().map(&row).collect())
        },
        |rows, sum| {
            insert(rows)?;
            if sum.looks() {
                let there = other.borrow_mut().query(SELECT, &[])?;
                sum.add(&there.iter().map(by_index).collect::<Result<Vec<_>>>()?);
            }
            Ok(())
        },
    )
}

/// A row of the table as one that is not there yet; all but the id is given.
fn new(image: ImageGeneration) -> NewImageGeneration {
    NewImageGeneration {
        storyboard_id: image.storyboard_id,
        negative_prompt: image.negative_prompt,
        model: image.model,
        size: image.size,
        quality: image.quality,
        style: image.style,
        steps: image.steps,
        cfg_scale: image.cfg_scale,
        seed: image.seed,
        image_url: image.image_url,
        minio_url: image.minio_url,
        local_path: image.local_path,
        status: Some(image.status),
        task_id: image.task_id,
        error_msg: image.error_msg,
        width: image.width,
        height: image.height,
        reference_images: image.reference_images,
        created_at: Some(image.created_at),
        updated_at: Some(image.updated_at),
        completed_at: image.completed_at,
        deleted_at: image.deleted_at,
        ..NewImageGeneration::new(image.drama_id, image.provider, image.prompt)
    }
}
