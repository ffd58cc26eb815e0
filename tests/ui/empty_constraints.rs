use feedstock::Model;

#[derive(Model)]
#[model(index(), unique(), primary_key(), check, has_many(assets: Asset), foreign_key(id))]
#[model(index(live, unique))]
struct Image {
    id: i32,
}

fn main() {}
