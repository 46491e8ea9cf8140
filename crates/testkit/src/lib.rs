//! Real services for tests. Only ever a dev-dependency.

#[cfg(unix)]
pub mod cups;
