use feedstock::Model;

#[derive(Model)]
struct Id(i32);

#[derive(Model)]
struct Nothing;

#[derive(Model)]
struct Empty {}

#[derive(Model)]
enum Status {
    Pending,
}

#[derive(Model)]
union Either {
    a: i32,
    b: f32,
}

fn main() {}
