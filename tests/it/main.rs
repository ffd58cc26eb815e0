//! The one integration binary: each file is a subject.

mod cases;
mod cli;
mod derive;
mod migration;
mod models;
mod pipeline;
mod query;
mod rows;
mod runner;
mod scratch;
mod server;
mod support;
mod tidy;
mod ui;
