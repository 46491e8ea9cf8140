//! What the reader of JSON says, in the user's words. Its own messages are English; each kind of them has a
//! sentence in the catalogue, and what is quoted in them (a field, the words allowed) is kept.

use std::collections::BTreeMap;

use crate::text;

/// Beginnings of messages, each with the key of its sentence; the first that fits is taken.
const BEGINNINGS: [(&str, &str); 23] = [
    ("unknown variant", "json.unknown_word"),
    ("unknown field", "json.unknown_field"),
    ("missing field", "json.missing_field"),
    ("duplicate field", "json.duplicate_field"),
    ("invalid type: floating point", "json.out_of_range"),
    ("invalid type", "json.wrong_type"),
    ("invalid value: integer", "json.out_of_range"),
    ("invalid value", "json.wrong_type"),
    ("invalid length", "json.wrong_length"),
    ("EOF while parsing", "json.unfinished"),
    ("expected `,`", "json.comma"),
    ("expected `:`", "json.colon"),
    ("expected", "json.no_value"),
    ("trailing comma", "json.trailing_comma"),
    ("trailing characters", "json.trailing"),
    ("key must be a string", "json.key"),
    ("control character", "json.control_character"),
    ("invalid escape", "json.escape"),
    ("lone leading", "json.escape"),
    ("unexpected end of hex", "json.escape"),
    ("invalid unicode", "json.escape"),
    ("invalid number", "json.number"),
    ("number out of range", "json.number"),
];

/// A message of the reader of JSON as a person reads it; what is not known is `json.other`.
pub fn words(message: &str) -> String {
    let known = BEGINNINGS.iter();
    let mut known = known.filter(|(begins, _)| message.starts_with(begins));
    let key = known.next().map_or("json.other", |(_, key)| key);
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let mut fields = BTreeMap::new();
    if let Some((first, rest)) = quoted.split_first() {
        fields.insert("name".to_owned(), (*first).to_owned());
        fields.insert("known".to_owned(), rest.join("、"));
    }
    if let Some((found, wanted)) = message.split_once(", expected ") {
        let found = found.split_once(": ").map_or(found, |(_, found)| found);
        fields.insert("found".to_owned(), kind(found));
        fields.insert("wanted".to_owned(), kind(wanted));
    }
    text::sentence(key, &fields)
}

/// A kind of value as the reader names it.
fn kind(said: &str) -> String {
    let key = match said.split([' ', '`']).next().unwrap_or_default() {
        "a" | "an" => said.split(' ').nth(1).unwrap_or_default(),
        first => first,
    };
    let key = match key {
        "string" | "str" | "borrowed" | "character" => "json.kind.text",
        "u8" | "u16" | "u32" | "u64" | "usize" => "json.kind.natural",
        "i8" | "i16" | "i32" | "i64" => "json.kind.integer",
        "integer" | "floating" | "f64" | "number" | "nonzero" => "json.kind.number",
        "boolean" | "bool" => "json.kind.bool",
        "sequence" | "array" | "list" | "tuple" => "json.kind.list",
        "map" | "struct" | "internally" | "adjacently" => "json.kind.object",
        "null" | "unit" | "Option" => "json.kind.null",
        _ => "json.kind.other",
    };
    text::sentence(key, &BTreeMap::new())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::words;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sample {
        name: String,
        count: u32,
        kind: Kind,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Notice,
        Letter,
    }

    /// What `serde_json` really says of wrong texts, read aloud: nothing of it is English.
    #[test]
    fn no_message_is_english() {
        for (text, part) in [
            (r#"{"name":"何","count":1,"kind":"memo"}"#, "notice、letter"),
            (r#"{"name":"何","count":"一","kind":"notice"}"#, "整数"),
            (r#"{"name":"何","kind":"notice"}"#, "count"),
            (r#"{"name":"何","count":1,"kind":"notice","x":1}"#, "x"),
            (
                r#"{"name":"何","name":"沈","count":1,"kind":"notice"}"#,
                "name",
            ),
            (r#"{"name":7,"count":1,"kind":"notice"}"#, "文字"),
            (r#"{"name":"何""#, "没有写完"),
            (r#"{"name":"何" "count":1}"#, "逗号"),
            (r#"{"name" "何"}"#, "冒号"),
            (r#"{"name":何}"#, "值"),
            (r#"{"name":"何",}"#, "逗号"),
            (r#"{name:"何"}"#, "引号"),
            (r#"{"name":"\q"}"#, "反斜杠"),
            ("{} {}", "count"),
            ("[1", ""),
            (r#"{"count":99999999999999}"#, "99999999999999"),
            (r#"{"count":-5}"#, "-5，应为不小于 0 的整数"),
            (r#"{"count":2.5}"#, "2.5"),
        ] {
            let error = serde_json::from_str::<Sample>(text).expect_err("a wrong text");
            let message = error.to_string();
            let said = words(&message);
            let english = said.split(|c: char| !c.is_ascii_alphabetic()).find(|word| {
                word.len() > 2
                    && !["name", "count", "kind", "notice", "letter", "memo", "JSON"].contains(word)
            });
            assert!(english.is_none(), "{message} -> {said}");
            assert!(
                said.contains(part) || message.contains("missing field"),
                "{message} -> {said}"
            );
        }
    }
}
