//! The checks on definitions made for them.
