use feedstock::Model;

#[derive(Model)]
#[model(soft_delete = deleted)]
struct Image {
    #[model(primary_key)]
    id: i32,
    deleted: bool,
}

fn main() {}
