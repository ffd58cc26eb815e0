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
    sql!(
        "SELECT {g.di},
            {g.dleted_at} FROM {Image g}"
    );
    sql!("SELECT {Image.id} FROM {Image}");
    sql!("DELETE FROM {Image g} WHERE CURRENT OF c");
    sql!("MERGE INTO {Image g} USING x ON true WHEN MATCHED THEN DO NOTHING");
    sql!("TRUNCATE {Image g}");
    sql!("SELECT FROM ONLY {Image g}");
    sql!("SELECT FROM {Image g} TABLESAMPLE system (1)");
    sql!("UPDATE {Image} AS g SET id = 1");
    sql!("SELECT FROM {Image}");
}
