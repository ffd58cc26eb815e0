//! The one integration binary: each file is a subject.

mod derive;
mod migration;
mod pipeline;
mod rows;
mod runner;
mod scratch;
mod server;
mod support;
mod ui;
