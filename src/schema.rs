//! What Postgres made of a declaration: data, no IO, imports nothing.
