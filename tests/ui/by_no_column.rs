use feedstock::Model;

#[derive(Model)]
#[model(has_many(shots: Shot, by = episod_id))]
#[model(has_many(others: Shot, by = number))]
struct Episode {
    #[model(primary_key)]
    id: i32,
}

#[derive(Model)]
struct Shot {
    #[model(primary_key)]
    id: i32,
    episode_id: i32,
}

fn main() {}
