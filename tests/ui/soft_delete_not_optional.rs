use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted_at)]
struct Image {
    #[model(primary_key)]
    id: i32,
    deleted_at: chrono::NaiveDateTime,
}

fn main() {}
