use feedstock::Model;

#[derive(Model)]
#[model(unique(name, method = gin), index(name, deferrable), primary_key(id, where = "true"))]
#[model(unique(sql("lower(name)")), unique(name.desc()), index(name.down()))]
struct Image {
    id: i32,
    name: String,
}

fn main() {}
