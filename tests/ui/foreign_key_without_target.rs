use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(on_delete = cascade)]
    drama_id: i32,
    #[model(deferrable)]
    shot_id: i32,
    #[model(belongs_to = Image, references = "images(id)")]
    parent_id: i32,
}

fn main() {}
