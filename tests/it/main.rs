//! The one integration binary: each file is a subject.

mod scratch;
mod server;
mod support;
