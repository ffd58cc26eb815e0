//! The one integration binary: each file is a subject.

mod cli;
mod migration;
mod pipeline;
mod runner;
mod scratch;
mod server;
mod support;
mod tidy;
