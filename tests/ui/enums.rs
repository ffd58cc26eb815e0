use feedstock::{PgEnum, TextEnum};

#[derive(Debug, PgEnum)]
#[pg_enum(nmae = "status", renamed_from = "status")]
enum Status {
    Pending,
    #[pg_enum(rename = "pending", renamed = "x")]
    Waiting,
    Failed(String),
}

#[derive(Debug, TextEnum)]
#[text_enum(name = "kind")]
enum Kind {
    #[text_enum(renamed_from = "still")]
    Image,
    #[text_enum(rename = "")]
    Video,
}

#[derive(Debug, TextEnum)]
enum None {}

#[derive(Debug, PgEnum)]
struct Point {
    x: i32,
}

#[derive(Debug, PgEnum)]
enum Wrap<T> {
    One(T),
}

// A model with a wrong enum is no second mistake.
#[derive(feedstock::Model)]
struct Image {
    #[model(primary_key)]
    id: i32,
    status: Status,
    kind: Option<Kind>,
}

fn main() {}
