use feedstock::{Model, sql};

#[derive(Model)]
#[model(soft_delete = deleted_at)]
struct Ticket {
    #[model(primary_key)]
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

async fn pools(pool: &deadpool_postgres::Pool) -> feedstock::Result<()> {
    use feedstock::tokio::Run;

    let rows = Ticket::query().all(pool).await?;
    Ticket::query().count(pool).await?;
    Ok(())
}

async fn one_world_in_the_other(client: &mut postgres::Client) -> feedstock::Result<()> {
    use feedstock::tokio::Run;

    Ticket::find(1).one(client).await?;
    Ok(())
}

fn the_other_in_one(client: &mut tokio_postgres::Client) -> feedstock::Result<()> {
    use feedstock::blocking::Run;

    Ticket::find(1).one(client)?;
    Ticket::find(1).soft_delete(client)?;
    Ok(())
}

fn main() {}
