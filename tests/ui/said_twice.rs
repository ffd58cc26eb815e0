use feedstock::Model;

#[derive(Model)]
#[model(table = "a", table = "b")]
#[model(no_comments, no_comments)]
struct Image {
    #[model(primary_key, primary_key)]
    id: i32,
    #[model(default = 1, default = 2)]
    steps: i32,
}

fn main() {}
