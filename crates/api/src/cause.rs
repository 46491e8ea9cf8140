//! Why the system refused to read or write, in the user's words. The one place where that is said.

use std::{collections::BTreeMap, io};

use crate::text;

/// The words for `cause`.
pub fn words(cause: &io::Error) -> String {
    let code = cause.raw_os_error().map(|code| code.to_string());
    let fields = BTreeMap::from([("code".to_owned(), code.unwrap_or_default())]);
    text::sentence(andu_app::cause::key(cause), &fields)
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn no_cause_is_told_in_the_words_of_the_system() {
        let of_system = (1..=133).map(std::io::Error::from_raw_os_error);
        let own = std::io::Error::other("no such luck");
        for cause in of_system.chain([own]) {
            let said = words(&cause);
            let is_chinese = said.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            let is_english = said.chars().any(|c| c.is_ascii_alphabetic());
            assert!(is_chinese && !is_english, "{cause}: {said}");
            assert!(!said.contains("没有为此情形准备说明"), "{cause}: {said}");
        }
    }
}
