//! The guarded runner against a real server: what DESIGN's table promises, row by row.

mod alone;
mod backfill;
pub mod bouncer;
mod crash;
mod embed;
mod files;
pub mod harness;
mod history;
mod leftovers;
mod locks;
mod lost;
mod notices;
mod options;
mod pooling;
mod program;
pub mod proxy;
mod race;
mod scratch_signals;
mod settings;
mod signals;
mod stall;
