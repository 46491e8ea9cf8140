//! The `andu` command.
fn main() {}
