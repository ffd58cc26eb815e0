use feedstock::Model;

#[derive(Model)]
#[model(unique(name, name), index(name, include(name)))]
struct Image {
    #[model(primary_key)]
    id: i32,
    name: String,
    #[model(rename = "name")]
    title: String,
}

fn main() {}
