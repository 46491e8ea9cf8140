//! Builders, a fixed clock, temporary stores. Only ever a dev-dependency.

#[cfg(unix)]
pub mod cups;
