use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key, identity = always, default = 1)]
    id: i32,
    #[model(generated = "id * 2", default = 0)]
    double: i32,
    #[model(created_at, updated_at)]
    at: chrono::NaiveDateTime,
}

fn main() {}
