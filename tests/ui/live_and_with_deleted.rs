use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted_at, unique(name, live, with_deleted), index(id, with_deleted))]
struct Image {
    #[model(primary_key)]
    id: i32,
    name: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
