//! Connections, beside psql: the same string in the same environment, to a real server.

mod bounds;
mod peer;
mod secrets;
mod strings;
pub mod tls;
