use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(skip, unique)]
    cache: String,
}

fn main() {}
