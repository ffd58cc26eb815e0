use feedstock::{PgEnum, TextEnum};

#[derive(Debug, Clone, Copy, PgEnum)]
#[pg_enum(nmae = "status", renamed_from = "status")]
enum Status {
    Pending,
    #[pg_enum(rename = "pending", renamed = "x")]
    Waiting,
    Failed(String),
}

#[derive(Debug, Clone, Copy, TextEnum)]
#[text_enum(name = "kind")]
enum Kind {
    #[text_enum(renamed_from = "still")]
    Image,
    #[text_enum(rename = "")]
    Video,
}

#[derive(Debug, Clone, Copy, TextEnum)]
enum None {}

#[derive(Debug, Clone, Copy, PgEnum)]
struct Point {
    x: i32,
}

#[derive(Debug, Clone, Copy, PgEnum)]
enum Wrap<T> {
    One,
}

fn main() {}
