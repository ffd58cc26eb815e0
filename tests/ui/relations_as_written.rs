use feedstock::Model;

#[derive(Model)]
#[model(view, borrowed)]
#[model(has_many(numbers: Shot, by = id, on_soft_delete = cascade))]
#[model(has_many(number: Shot, by = id))]
#[model(has_many(others: Shot, by = id, on_delete = cascade))]
#[model(has_many(more: Shot, by = id, on_soft_delete = drop))]
struct Shot {
    #[model(primary_key, restrict_deleted_parent)]
    id: i32,
    #[model(version, generated = "id")]
    number: i32,
    #[model(version)]
    again: i32,
    #[model(on_soft_delete = cascade)]
    place: i32,
    #[model(version = 2)]
    twice: i32,
}

/// A version is a number, and there is no version of nothing.
#[derive(Model)]
struct Counted {
    #[model(primary_key)]
    id: i32,
    #[model(version)]
    number: Option<i32>,
}

fn main() {}
