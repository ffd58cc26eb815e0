use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(belongs_to = Image, on_delete = set_null)]
    parent_id: i32,
}

fn main() {}
