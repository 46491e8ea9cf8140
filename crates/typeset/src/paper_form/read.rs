//! Reading templates and what goes on them: bounded, with the line of a mistake, without names that stand twice.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, Error as _, MapAccess, Visitor},
};

use super::error::FormError;

/// Reads JSON of at most `limit` bytes.
pub(super) fn json<T: DeserializeOwned>(text: &str, limit: usize) -> Result<T, FormError> {
    if text.len() > limit {
        return Err(FormError::TooLarge {
            bytes: text.len(),
            limit,
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or_default();
        FormError::Syntax {
            line: error.line(),
            column: error.column(),
            reason: reason.chars().take(600).collect(),
        }
    })
}

/// The one JSON of a template.
pub(super) fn written(template: &impl Serialize) -> String {
    let mut text =
        serde_json::to_string_pretty(template).expect("BUG: names and numbers become JSON");
    text.push('\n');
    text
}

/// A map in which no name may stand twice: one of the two texts would be lost.
pub(super) fn once<'de, D, V>(from: D) -> Result<BTreeMap<String, V>, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de>,
{
    struct Once<V>(PhantomData<V>);
    impl<'de, V: Deserialize<'de>> Visitor<'de> for Once<V> {
        type Value = BTreeMap<String, V>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a map")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut all = BTreeMap::new();
            while let Some((name, value)) = map.next_entry::<String, V>()? {
                if all.contains_key(&name) {
                    return Err(A::Error::custom(format!("duplicate field `{name}`")));
                }
                all.insert(name, value);
            }
            Ok(all)
        }
    }
    from.deserialize_map(Once(PhantomData))
}

/// Refuses a text that is longer than `limit` or holds what cannot be printed.
pub(super) fn text(place: &str, text: &str, limit: usize) -> Result<(), FormError> {
    let chars = text.chars().count();
    if chars > limit {
        return Err(FormError::TooLong {
            place: place.to_owned(),
            chars,
            limit,
        });
    }
    let control = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    match text.chars().find(control) {
        Some(found) => Err(FormError::ControlCharacter {
            place: place.to_owned(),
            code: u32::from(found),
        }),
        None => Ok(()),
    }
}

/// Refuses what is outside `least..=most`.
pub(super) fn range(
    place: &str,
    found: usize,
    (least, most): (usize, usize),
) -> Result<(), FormError> {
    if (least..=most).contains(&found) {
        return Ok(());
    }
    Err(FormError::Range {
        place: place.to_owned(),
        found,
        least,
        most,
    })
}
