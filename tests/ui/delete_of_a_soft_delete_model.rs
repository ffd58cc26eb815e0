use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted_at)]
struct User {
    #[model(primary_key)]
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Model)]
struct Session {
    #[model(primary_key)]
    id: i32,
}

fn blocking(client: &mut postgres::Client) -> feedstock::Result<()> {
    use feedstock::blocking::Run;

    User::find(1).delete(client)?;
    Session::find(1).purge(client)?;
    Session::find(1).soft_delete(client)?;
    Ok(())
}

async fn awaited(client: &mut tokio_postgres::Client) -> feedstock::Result<()> {
    use feedstock::tokio::Run;

    User::query().filter(User::ID.gt(1)).delete(client).await?;
    Ok(())
}

fn main() {}
