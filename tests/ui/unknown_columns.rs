use feedstock::Model;

#[derive(Model)]
#[model(index(drama_i, made_at.desc()), unique(nmae), soft_delete = gone)]
#[model(check("true"), index(id, include(sizes)))]
struct Image {
    #[model(primary_key)]
    id: i32,
    drama_id: i32,
    name: String,
    #[model(rename = "made_at")]
    made: String,
    #[model(skip)]
    gone: Option<i32>,
}

fn main() {}
