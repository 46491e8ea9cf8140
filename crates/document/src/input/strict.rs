//! JSON as it is written: a field that stands twice is refused, where other readers keep the last and lose the first.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{InputError, cut, place_of, reason_of};

/// Levels of nesting that are read.
const LEVELS: usize = 128;
/// Begins what is said of a field that stands twice.
const TWICE: &str = "duplicate field `";

/// The value of a text.
pub(super) fn value(text: &str) -> Result<Value, InputError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = serde_path_to_error::deserialize::<_, Strict>(&mut reader);
    let value = read.map_err(|error| {
        let path = place_of(&error.path().to_string());
        refused(path, &error.into_inner())
    })?;
    reader
        .end()
        .map_err(|error| refused(String::new(), &error))?;
    Ok(value.0)
}

fn refused(path: String, error: &serde_json::Error) -> InputError {
    let message = error.to_string();
    let (line, column) = (error.line().max(1), error.column().max(1));
    if let Some(field) = message.strip_prefix(TWICE) {
        let field = field.split("` at line ").next().unwrap_or_default();
        let field = field.trim_end_matches('`');
        return InputError::DuplicateField {
            path,
            field: cut(field),
            line,
        };
    }
    if message.starts_with("recursion limit exceeded") {
        return InputError::TooDeep {
            line,
            column,
            limit: LEVELS,
        };
    }
    InputError::Syntax {
        line,
        column,
        reason: reason_of(&message),
    }
}

/// A value none of whose objects names a field twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            read.push(item);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if read.contains_key(&name) {
                return Err(A::Error::custom(format_args!("{TWICE}{name}`")));
            }
            let Strict(value) = fields.next_value()?;
            read.insert(name, value);
        }
        Ok(Value::Object(read))
    }
}
