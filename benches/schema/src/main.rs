mod tables;
use std::time::Instant;
use feedstock::{prove::{Scratch,emit}, inspect::{inspect,Scope}, diff::diff, plan::{plan,Options}, diff::{renames,Hints,unsupported}};
fn main() {
    let n: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let t = Instant::now();
    let scratch = Scratch::start(None).unwrap();
    println!("start {:?}", t.elapsed());
    let db = scratch.database().unwrap();
    let mut client = db.client().unwrap();
    let t = Instant::now();
    let mut at = 0;
    while at < n { client.batch_execute(&tables::tables(at, 500.min(n - at))).unwrap(); at += 500; }
    println!("build {:?}", t.elapsed());
    let scope = Scope::default();
    for _ in 0..3 {
    let t = Instant::now();
    let s = inspect(&mut client, &scope).unwrap();
    println!("inspect {:?} {}", t.elapsed(), s.tables.len());
    }
    drop(client);
    let mut client = db.client().unwrap();
    let t = Instant::now();
    let a = inspect(&mut client, &scope).unwrap();
    println!("inspect cold conn {:?} {}", t.elapsed(), a.tables.len());
    let b = inspect(&mut client, &scope).unwrap();
    let t = Instant::now();
    let d = diff(&a, &b);
    println!("diff {:?} {}", t.elapsed(), d.len());
    let t = Instant::now();
    let d = renames(&a, &b, &Hints::default());
    let u = unsupported(&a, &b);
    println!("renames {:?} {} {}", t.elapsed(), d.len(), u.len());
    let t = Instant::now();
    let text = emit(&a);
    println!("emit {:?} {}", t.elapsed(), text.len());
    let e = feedstock::schema::Schema::empty();
    let t = Instant::now();
    let d = diff(&a, &e);
    println!("diff to empty {:?} {}", t.elapsed(), d.len());
    let t = Instant::now();
    let p = plan(&a, &e, &d, &Options::default());
    println!("plan to empty {:?} {}", t.elapsed(), p.sql().len());
    if n <= 3000 {
    let db2 = scratch.database().unwrap();
    let t = Instant::now();
    let mut c2 = db2.client().unwrap();
    c2.batch_execute(&text).unwrap();
    println!("rebuild {:?}", t.elapsed());
    }
    drop(client);
    let t = Instant::now();
    let c = scratch.clone_of(&db).unwrap();
    println!("clone {:?}", t.elapsed());
    let t = Instant::now();
    drop(c);
    println!("drop {:?}", t.elapsed());
    let t = Instant::now();
    drop(db); drop(scratch);
    println!("end {:?}", t.elapsed());
}
