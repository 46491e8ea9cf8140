//! The JSON Schema of the input. Its readers are Chinese integrators: what the types say in English for those who
//! write code is replaced by `assets/schema/official-document.json`, by type, field and word.

use std::{collections::BTreeMap, sync::LazyLock};

use serde_json::Value;

use crate::elements::OfficialDocument;

static DESCRIPTIONS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let text = include_str!("../../../../assets/schema/official-document.json");
    serde_json::from_str(text).expect("BUG: the descriptions are an object of sentences")
});

/// JSON Schema (draft 2020-12) of the document, described in Chinese.
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(OfficialDocument).to_value();
    describe("OfficialDocument", &mut schema);
    if let Some(types) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        for (name, definition) in types {
            describe(name, definition);
        }
    }
    schema
}

/// Describes a type, its fields (`Issuer.name`) and its words or kinds (`Block.table`, `Block.table.rows`).
fn describe(name: &str, schema: &mut Value) {
    let Some(parts) = schema.as_object_mut() else {
        return;
    };
    parts.remove("description");
    if let Some(words) = DESCRIPTIONS.get(name) {
        parts.insert("description".to_owned(), words.as_str().into());
    }
    let fields = parts.get_mut("properties").and_then(Value::as_object_mut);
    for (field, inner) in fields.into_iter().flatten() {
        describe(&format!("{name}.{field}"), inner);
    }
    let choices = parts.get_mut("oneOf").and_then(Value::as_array_mut);
    for choice in choices.into_iter().flatten() {
        if let Some(word) = word_of(choice) {
            describe(&format!("{name}.{word}"), choice);
        }
    }
}

/// The word that a choice stands for: a constant, or the constant of the field that tells the kinds apart.
fn word_of(choice: &Value) -> Option<String> {
    let own = choice.get("const");
    let of_field = || {
        let fields = choice.get("properties")?.as_object()?;
        fields.values().find_map(|field| field.get("const"))
    };
    own.or_else(of_field)?.as_str().map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks as `describe` does; answers every name that wants a description, with the one it has.
    fn wanted(name: &str, schema: &Value, found: &mut Vec<(String, Option<String>)>) {
        let is_tag = schema.get("const").is_some() && !name.is_empty();
        let said = schema.get("description").and_then(Value::as_str);
        found.push((name.to_owned(), said.map(ToOwned::to_owned)));
        if is_tag {
            return;
        }
        let fields = schema.get("properties").and_then(Value::as_object);
        for (field, inner) in fields.into_iter().flatten() {
            // What tells the kinds apart is described with the kind.
            if inner.get("const").is_none() {
                wanted(&format!("{name}.{field}"), inner, found);
            }
        }
        let choices = schema.get("oneOf").and_then(Value::as_array);
        for choice in choices.into_iter().flatten() {
            let word = word_of(choice).unwrap_or_else(|| panic!("{name}: {choice}"));
            wanted(&format!("{name}.{word}"), choice, found);
        }
    }

    fn all() -> Vec<(String, Option<String>)> {
        let schema = schema();
        let mut found = Vec::new();
        wanted("OfficialDocument", &schema, &mut found);
        for (name, definition) in schema["$defs"].as_object().expect("types") {
            wanted(name, definition, &mut found);
        }
        found
    }

    #[test]
    fn every_type_field_and_word_is_described_in_chinese() {
        let found = all();
        assert!(found.len() > 100, "{}", found.len());
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        let missing: Vec<&str> = found
            .iter()
            .filter(|(_, said)| !said.as_deref().is_some_and(|said| said.contains(is_han)))
            .map(|(name, _)| name.as_str())
            .collect();
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn no_description_is_left_that_nothing_wants_and_none_in_english() {
        let found = all();
        for name in DESCRIPTIONS.keys() {
            assert!(found.iter().any(|(wanted, _)| wanted == name), "{name}");
        }
        let mut texts = Vec::new();
        descriptions(&schema(), &mut texts);
        for text in texts {
            assert!(DESCRIPTIONS.values().any(|words| *words == text), "{text}");
        }
    }

    fn descriptions(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| descriptions(item, found)),
            Value::Object(fields) => {
                if let Some(Value::String(text)) = fields.get("description") {
                    found.push(text.clone());
                }
                fields.values().for_each(|field| descriptions(field, found));
            }
            _ => {}
        }
    }
}
