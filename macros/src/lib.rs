//! The derives of Feedstock; use them through the crate `feedstock`.
