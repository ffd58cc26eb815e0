use feedstock::Model;

#[derive(Model)]
struct Image {
    #[model(primary_key, auto_increment)]
    id: i32,
    #[model(nullable, type = "varchar")]
    size: String,
    #[model(name = "url", flatten)]
    image_url: String,
    #[model(live)]
    local: String,
}

fn main() {}
