use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    #[model(default = "zero")]
    steps: i32,
    #[model(default = 5)]
    name: String,
    #[model(default = 1)]
    scale: f64,
    #[model(default = true)]
    size: Option<i64>,
}

fn main() {}
