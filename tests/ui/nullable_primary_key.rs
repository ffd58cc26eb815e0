use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: Option<i32>,
}

fn main() {}
