use feedstock::{Model, blocking::Run, sql};

struct Total {
    count: i64,
}

fn used(client: &mut postgres::Client) -> feedstock::Result<()> {
    let total = sql!("SELECT count(*) FROM x").read_as::<Total>().one(client)?;
    println!("{}", total.count);
    let totals: Vec<Total> = sql!("SELECT count(*) FROM x").read_as().all(client)?;
    Ok(())
}

fn main() {}
