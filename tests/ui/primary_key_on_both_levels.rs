use feedstock::Model;

#[derive(Model)]
#[model(primary_key(id, number))]
struct Image {
    #[model(primary_key)]
    id: i32,
    number: i32,
}

fn main() {}
