//! The one integration binary: each file is a subject.

mod cases;
mod catalogs;
mod cli;
mod corpus;
mod derive;
mod fire;
mod hostile_files;
mod images;
mod kept;
mod large;
mod measure;
mod migration;
mod models;
mod pairs;
mod pipeline;
mod query;
mod rows;
mod runner;
mod scratch;
mod server;
mod settings;
mod soft_delete;
mod support;
mod tidy;
mod ui;
mod workloads;
