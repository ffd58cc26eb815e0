use feedstock::Model;

#[derive(Model)]
#[model(index(name, live), unique(size, with_deleted))]
struct Image {
    #[model(primary_key)]
    id: i32,
    name: String,
    size: String,
}

fn main() {}
