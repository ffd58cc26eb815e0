use feedstock::Model;

#[derive(Model)]
#[model(table = "images", renamed_from = "images")]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(rename = "width", renamed_from = "width")]
    w: i32,
}

fn main() {}
