//! What a title sounds like: its pinyin from any syllable on, or its initials. Made while one looks, for nobody reads
//! a title as a word; names are looked up by what is stored beside them (`vocabulary`).

use pinyin::ToPinyin;

/// Letters as they were typed, without spaces.
pub(crate) struct Sound(String);

impl Sound {
    /// Two letters or more, and nothing but letters and spaces.
    pub(crate) fn typed(text: &str) -> Option<Self> {
        let letters: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_lowercase())
            .collect();
        let plain = letters.chars().all(|c| c.is_ascii_lowercase());
        (plain && letters.len() >= 2).then_some(Self(letters))
    }

    /// Whether a title sounds like this from one of its characters on.
    pub(crate) fn is_in(&self, title: &str) -> bool {
        let syllables: Vec<&str> = title
            .chars()
            .filter_map(|c| c.to_pinyin().map(|reading| reading.plain()))
            .collect();
        let first = self.0.as_bytes().first();
        (0..syllables.len()).any(|from| {
            syllables[from].as_bytes().first() == first
                && (self.begins(&syllables[from..]) || self.initials(&syllables[from..]))
        })
    }

    /// The last syllable may be begun only: `shuil`.
    fn begins(&self, syllables: &[&str]) -> bool {
        let mut rest = self.0.as_str();
        for syllable in syllables {
            match rest.strip_prefix(*syllable) {
                Some("") => return true,
                Some(after) => rest = after,
                None => return syllable.starts_with(rest),
            }
        }
        false
    }

    fn initials(&self, syllables: &[&str]) -> bool {
        syllables.len() >= self.0.len()
            && self
                .0
                .bytes()
                .zip(syllables)
                .all(|(letter, syllable)| syllable.as_bytes().first() == Some(&letter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_heard_by_syllables_and_by_initials_from_any_character_on() {
        let title = "关于加强2026年农田水利建设的通知";
        for typed in [
            "shuili",
            "Shui Li",
            "shuil",
            "sljs",
            "sl",
            "nongtianshuili",
            "tongzhi",
            "gyjq",
        ] {
            let sound =
                Sound::typed(typed).unwrap_or_else(|| panic!("`{typed}` is typed in letters"));
            assert!(sound.is_in(title), "{typed}");
        }
        for typed in [
            "uili",
            "shuiku",
            "lishui",
            "zzz",
            "shuilijianshedetongzhizhe",
        ] {
            let sound =
                Sound::typed(typed).unwrap_or_else(|| panic!("`{typed}` is typed in letters"));
            assert!(!sound.is_in(title), "{typed}");
        }
    }

    #[test]
    fn words_numbers_and_single_letters_are_not_heard() {
        for typed in ["水利", "s", "", "2026", "sl1", "%%"] {
            assert!(Sound::typed(typed).is_none(), "{typed}");
        }
    }
}
