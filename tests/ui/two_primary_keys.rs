use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    episode_id: i32,
    #[model(primary_key)]
    number: i32,
}

fn main() {}
