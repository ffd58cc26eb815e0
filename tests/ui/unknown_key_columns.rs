use feedstock::Model;

#[derive(Model)]
#[model(primary_key(id, numbr), foreign_key(a, id => Image))]
struct Image {
    id: i32,
    number: i32,
}

fn main() {}
