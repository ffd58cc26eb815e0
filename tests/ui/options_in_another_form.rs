use feedstock::Model;

#[derive(Model)]
#[model(table = tickets)]
struct Table {
    #[model(primary_key)]
    id: i32,
}

#[derive(Model)]
#[model(soft_delete = "deleted_at")]
struct Deleted {
    #[model(primary_key)]
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Model)]
#[model(soft_delete(deleted_at))]
struct InBrackets {
    #[model(primary_key)]
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

#[derive(Model)]
#[model(has_many(shots = Shot, by = id))]
struct Many {
    #[model(primary_key)]
    id: i32,
}

#[derive(Model)]
#[model(has_many(shots: Shot, by = "many_id"))]
struct Quoted {
    #[model(primary_key)]
    id: i32,
}

#[derive(Model)]
struct Shot {
    #[model(primary_key = true)]
    id: i32,
    #[model(belongs_to(Many))]
    many_id: i32,
    #[model(belongs_to = "Many")]
    other_id: i32,
    #[model(unique = true)]
    number: i32,
    #[model(default = "x")]
    name: String,
    #[model(sql_type = varchar)]
    text: String,
}

fn used(client: &mut postgres::Client, shot: &Shot, new: NewShot) -> feedstock::Result<()> {
    use feedstock::blocking::Run;

    Deleted::find(1).soft_delete(client)?;
    InBrackets::find(1).restore(client)?;
    shot.save().one(client)?;
    Shot::insert(new).one(client)?;
    Shot::query().filter(Shot::NUMBER.eq(1)).all(client)?;
    Ok(())
}

fn main() {}
