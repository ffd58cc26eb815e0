//! Connections, beside psql: the same string in the same environment, to a real server.

mod bounds;
mod cancels;
mod direct;
mod kinds;
mod peer;
mod secrets;
mod strings;
mod terminal;
mod tls;

/// The campaign of `make hostile` runs this one by its name, and reads its line.
#[test]
fn tls_beside_libpq() {
    let count = tls::beside_libpq();
    assert!(count >= 84);
    let line = format!("{count} combinations beside libpq: no difference\n");
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
}
