use feedstock::Model;

#[derive(Model)]
#[model(tabel = "images")]
struct Image {
    #[model(primry_key)]
    id: i32,
    #[model(colour = "red")]
    size: String,
}

fn main() {}
