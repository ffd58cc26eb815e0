use feedstock::Model;

type Id = Option<i32>;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: Id,
}

fn main() {}
