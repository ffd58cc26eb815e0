use feedstock::Model;

#[derive(Model)]
#[model(table = images, soft_delete = "deleted_at", schema = "")]
struct Image {
    #[model(primary_key = true)]
    id: i32,
    #[model(belongs_to = "Drama", on_delete = nullify)]
    drama_id: i32,
    #[model(check = " ", sql_type = varchar)]
    size: String,
    #[model(identity = sometimes)]
    number: i32,
}

fn main() {}
