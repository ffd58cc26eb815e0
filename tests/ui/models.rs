#[derive(feedstock::Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
}

struct Plain;

fn main() {
    feedstock::models!();
    feedstock::models!(no_such_crate);
    feedstock::models![Image, Plain];
    feedstock::models!["images"];
}
