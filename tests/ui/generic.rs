use feedstock::Model;

#[derive(Model)]
struct Page<T> {
    #[model(primary_key)]
    id: i32,
    body: T,
}

#[derive(Model)]
struct Line<'a> {
    text: &'a str,
}

fn main() {}
