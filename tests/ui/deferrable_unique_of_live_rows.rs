use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted_at, unique(name, deferrable), unique(size, live, deferrable))]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(unique(deferrable = initially_deferred))]
    name: String,
    size: String,
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
