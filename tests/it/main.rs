//! The one integration binary: each file is a subject.

mod cases;
mod migration;
mod pipeline;
mod scratch;
mod server;
mod support;
