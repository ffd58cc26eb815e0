use feedstock::Model;

#[derive(Model)]
#[model(table = "images", index(drama_id, live), soft_delete = deleted_at, bogus)]
struct Image {
    #[model(primary_key, default = )]
    id: i32,
    #[model(belongs_to Drama)]
    drama_id: i32,
    #[model]
    size: String,
    #[model(unique(name), index(name = 5))]
    style: String,
    #[model("default")]
    seed: i32,
}

fn main() {}
