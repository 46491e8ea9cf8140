//! What a definition says beyond what its BPMN says: the difference of two JSON values (RFC 7396), and how it
//! is put on again. Lists are taken as a whole; `null` takes a field away, which no definition has.

use serde_json::{Map, Value};

/// What has to be put on `from` so that it becomes `to`; `None` where they are equal.
pub(super) fn difference(from: &Value, to: &Value) -> Option<Value> {
    if from == to {
        return None;
    }
    let (Value::Object(from), Value::Object(to)) = (from, to) else {
        return Some(to.clone());
    };
    let mut patch = Map::new();
    for (name, value) in to {
        let difference = match from.get(name) {
            Some(before) => difference(before, value),
            None => Some(value.clone()),
        };
        if let Some(difference) = difference {
            patch.insert(name.clone(), difference);
        }
    }
    for name in from.keys().filter(|name| !to.contains_key(*name)) {
        patch.insert(name.clone(), Value::Null);
    }
    Some(Value::Object(patch))
}

/// Puts a difference on a value.
pub(super) fn put_on(value: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        value.clone_from(patch);
        return;
    };
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    let Value::Object(object) = value else { return };
    for (name, change) in patch {
        if change.is_null() {
            object.remove(name);
        } else {
            put_on(object.entry(name.clone()).or_insert(Value::Null), change);
        }
    }
}

/// JSON in which no character is that XML does not allow.
pub(super) fn to_text(value: &Value) -> String {
    let text = value.to_string();
    text.replace('\u{fffe}', "\\ufffe")
        .replace('\u{ffff}', "\\uffff")
        .replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_put_on_gives_the_other() {
        let from = json!({"a": 1, "b": {"c": [1], "d": "x"}, "e": true, "k": {"t": "x"}});
        let to = json!({"a": 1, "b": {"c": [1, 2], "d": "x"}, "f": {"g": {}}, "k": "author"});
        let patch = difference(&from, &to).unwrap();
        let mut changed = from;
        put_on(&mut changed, &patch);
        assert_eq!(changed, to);
        assert_eq!(difference(&to, &changed), None);
    }

    #[test]
    fn a_field_that_was_not_there_comes_whole() {
        let mut value = json!({"kind": "author"});
        put_on(
            &mut value,
            &json!({"kind": {"role": "x"}, "list": [{"a": null}]}),
        );
        assert_eq!(value, json!({"kind": {"role": "x"}, "list": [{"a": null}]}));
    }
}
