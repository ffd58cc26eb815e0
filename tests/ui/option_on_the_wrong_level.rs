use feedstock::Model;

#[derive(Model)]
#[model(created_at, default = 0)]
struct Image {
    #[model(primary_key, table = "images", soft_delete = id)]
    id: i32,
}

fn main() {}
