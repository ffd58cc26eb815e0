use feedstock::Model;

#[derive(Model)]
#[model(index(id, name = "images_idx"), unique(size, name = "images_idx"))]
#[model(has_many(drama: Image, by = drama_id))]
struct Image {
    #[model(primary_key)]
    id: i32,
    size: String,
    #[model(belongs_to = Image)]
    drama_id: i32,
}

fn main() {}
