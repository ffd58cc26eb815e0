use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted_at)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(default = sql("now()"))]
    deleted_at: Option<chrono::NaiveDateTime>,
}

fn main() {}
