use feedstock::Model;

#[derive(Model)]
#[model(table, schema = , soft_delete)]
struct Image {
    #[model(primary_key, rename)]
    id: i32,
    #[model(default)]
    steps: i32,
    #[model(belongs_to)]
    drama_id: i32,
    #[model(identity)]
    number: i32,
}

fn main() {}
