use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(created_at)]
    made: chrono::NaiveDateTime,
    #[model(created_at)]
    born: chrono::NaiveDateTime,
}

fn main() {}
