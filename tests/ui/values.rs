use feedstock::Value;

#[derive(Debug, Value)]
struct Pair(i32, i32);

#[derive(Debug, Value)]
struct Nothing;

#[derive(Debug, Value)]
enum Either {
    One(i32),
}

#[derive(Debug, Value)]
#[value(transparent)]
struct Id(i32);

#[derive(Debug, Value)]
struct Took(std::time::Duration);

fn main() {}
