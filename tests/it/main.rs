//! The one integration binary: each file is a subject.

// Its macro is everybody's.
#[macro_use]
mod support;

mod base;
mod branches;
mod cases;
mod catalogs;
mod cli;
mod connect;
mod corpus;
mod derive;
mod fire;
mod formats;
mod hostile;
mod hostile_files;
mod images;
mod kept;
mod large;
mod line_ends;
mod lint;
mod live;
mod measure;
mod migration;
mod models;
mod names;
mod pairs;
mod pipeline;
mod preflight;
mod proof;
mod query;
mod rows;
mod runner;
mod scratch;
mod server;
mod settings;
mod soft_delete;
mod tidy;
mod ui;
mod verify;
mod workloads;
