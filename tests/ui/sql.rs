use feedstock::{Model, sql};

#[derive(Model)]
#[model(table = "images", soft_delete = deleted_at)]
struct Image {
    #[model(primary_key)]
    id: i32,
    deleted_at: Option<chrono::NaiveDateTime>,
}

struct Other;

fn main() {
    let other = Other;
    sql!("SELECT {i.*} FROM {Image g}");
    sql!("SELECT {g.colour} FROM {Image g}");
    sql!("SELECT {g.*} FROM {Image g} JOIN {Image g} ON true");
    sql!("SELECT * FROM {Nothing n}");
    sql!("SELECT {other}, {missing}");
    sql!("SELECT '{'");
    sql!("SELECT '}'");
    sql!("SELECT {a b c}");
    sql!("SELECT {g.*} FROM {Image g} WHERE name LIKE '%{other}%'");
    sql!("SELECT {g.*} FROM {Image g} WHERE id = $1 AND id <> {3}");
    sql!(String::from("SELECT 1"));
}
