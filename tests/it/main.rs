//! The one integration binary: each file is a subject.

mod migration;
mod runner;
