use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key, identity = always)]
    id: String,
}

fn main() {}
