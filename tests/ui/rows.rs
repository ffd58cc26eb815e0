use feedstock::Row;

#[derive(Row)]
struct Pair(i32, i32);

#[derive(Row)]
struct Two<'a, 'b> {
    a: &'a str,
    b: &'b str,
}

#[derive(Row)]
struct Twice {
    id: i32,
    #[row(rename = "id", nmae = "x")]
    key: i32,
}

#[derive(Row)]
struct Took {
    took: std::time::Duration,
}

fn main() {}
