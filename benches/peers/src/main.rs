//! `make bench-peers`: everything of `make bench`, and what diesel, sqlx and sea-orm do of it.
//!
//! Each does the work as its documentation shows it, into a struct of the same columns with an enum for the status.

mod by_diesel;
mod by_sea_orm;
mod by_sqlx;

use rows::Contestant;

const PEERS: &[Contestant] = &[
    Contestant { workload: "select", name: "diesel", run: by_diesel::select },
    Contestant { workload: "select", name: "sqlx", run: by_sqlx::select },
    Contestant { workload: "select", name: "sea-orm", run: by_sea_orm::select },
    Contestant { workload: "by_key", name: "diesel", run: by_diesel::by_key },
    Contestant { workload: "by_key", name: "sqlx", run: by_sqlx::by_key },
    Contestant { workload: "by_key", name: "sea-orm", run: by_sea_orm::by_key },
    Contestant { workload: "insert_many", name: "diesel", run: by_diesel::insert_many },
    Contestant { workload: "insert_many", name: "sqlx", run: by_sqlx::insert_many },
    Contestant { workload: "insert_many", name: "sea-orm", run: by_sea_orm::insert_many },
];

fn main() -> std::process::ExitCode {
    rows::main(&[rows::CONTESTANTS, PEERS].concat(), "report-peers.json")
}
