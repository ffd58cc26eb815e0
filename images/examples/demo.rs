//! The main job, from nothing: a private Postgres, the migrations applied, rows in, live rows out, one of them
//! soft-deleted and restored. Run it with `make demo`; run it again, and it works again.

use std::path::Path;

use feedstock::blocking::Run;
use feedstock::internals::connect::connect;
use feedstock::internals::server::Server;
use feedstock::{Embedded, Model};
use images::ImageGeneration;
use postgres::Client;

static MIGRATIONS: Embedded = feedstock::embed!("../migrations");

fn main() -> feedstock::Result<()> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let server = Server::data(&project)?;
    let mut client = database(&server)?;

    let report = feedstock::apply(&mut client, &MIGRATIONS)?;
    println!("migrations applied now: {}", report.applied.len());
    client.batch_execute(include_str!("sample_rows.sql"))?;
    // A demo that was interrupted may have left it deleted.
    ImageGeneration::find(1001).restore(&mut client)?;

    println!("\nlive images of drama 1, newest first:");
    list(&mut client, 1)?;

    // The asset that was imported from it goes with it, and comes back with it.
    ImageGeneration::find(1001).soft_delete(&mut client)?;
    let deleted = ImageGeneration::find(1001).only_deleted().count(&mut client)?;
    println!("\nimage 1001 soft-deleted ({deleted} row):");
    list(&mut client, 1)?;

    ImageGeneration::find(1001).restore(&mut client)?;
    let restored = ImageGeneration::find(1001).count(&mut client)?;
    println!("\nimage 1001 restored ({restored} row):");
    list(&mut client, 1)
}

/// The demo's database on the project's private server.
fn database(server: &Server) -> feedstock::Result<Client> {
    let mut admin = connect(&server.url("postgres"))?;
    if admin.query_opt("SELECT FROM pg_database WHERE datname = 'demo'", &[])?.is_none() {
        admin.batch_execute("CREATE DATABASE demo TEMPLATE template0")?;
    }
    connect(&server.url("demo"))
}

fn list(client: &mut Client, drama_id: i32) -> feedstock::Result<()> {
    let images = ImageGeneration::query()
        .filter(ImageGeneration::DRAMA_ID.eq(drama_id))
        .order_by(ImageGeneration::CREATED_AT.desc())
        .order_by(ImageGeneration::ID.desc())
        .all(client)?;
    for image in images {
        let (created_at, status) = (image.created_at.to_string(), format!("{:?}", image.status));
        println!("  {}  {created_at:<26}  {:<16}  {status:<10}  {}", image.id, image.provider, image.prompt);
    }
    Ok(())
}
