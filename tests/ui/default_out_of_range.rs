use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(default = 70_000)]
    steps: i16,
}

fn main() {}
