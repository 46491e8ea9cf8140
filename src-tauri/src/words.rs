//! The window's own sentences, from the one catalogue.

use std::collections::BTreeMap;

use andu_desk::andu_api::text;

/// The sentence of `key`.
pub fn say(key: &str) -> String {
    text::sentence(key, &BTreeMap::new())
}

/// The sentence of `key` with its fields.
pub fn say_with(key: &str, fields: &[(&str, &str)]) -> String {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    text::sentence(key, &fields.collect())
}
