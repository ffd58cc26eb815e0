use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(default = "now()")]
    at: String,
    #[model(default = sql(now()))]
    later: chrono::NaiveDateTime,
}

fn main() {}
