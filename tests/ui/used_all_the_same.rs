use feedstock::{Model, Row};

#[derive(Model)]
#[model(table = "images", soft_delete = gone)]
struct Image {
    #[model(primary_key)]
    id: i32,
}

// One mistake, one message: what uses the model is no second one.
#[derive(Model)]
struct Asset {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Image)]
    image_id: i32,
}

fn read(row: &postgres::Row) -> feedstock::Result<Image> {
    println!("{} {} {}", Image::select(), Image::TABLE, Asset::live("a"));
    Image::from_row(row)
}

fn main() {}
