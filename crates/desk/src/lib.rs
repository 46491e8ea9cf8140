//! A headless desk: unlock, vault, sync driver, preview sessions, jobs. No window.

pub mod vault;
