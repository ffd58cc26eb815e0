use feedstock::Model;

#[derive(Model)]
#[model(foreign_key(a, b => Image(id)))]
struct Image {
    #[model(primary_key)]
    id: i32,
    a: i32,
    b: i32,
    #[model(references = "images(id, number)")]
    c: i32,
    #[model(references = "images(id")]
    d: i32,
}

fn main() {}
