//! Plain values between Yjs and JSON. JavaScript has one kind of number: a whole one reads as an
//! integer here, whatever it was written as.

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;
use yrs::{Any, Number, Out, ReadTxn, types::ToJson};

/// The JSON of a value; `None` for what JSON does not have (undefined, bytes, not-a-number).
pub(crate) fn to_json(any: &Any) -> Option<Value> {
    Some(match any {
        Any::Null => Value::Null,
        Any::Undefined | Any::Buffer(_) => return None,
        Any::Bool(value) => Value::Bool(*value),
        Any::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::Number(serde_json::Number::from_f64(number.as_f64()?)?),
        },
        Any::String(text) => Value::String(text.as_ref().to_owned()),
        Any::Array(items) => Value::Array(items.iter().filter_map(to_json).collect()),
        Any::Map(entries) => Value::Object(
            entries
                .iter()
                .filter_map(|(key, value)| Some((key.clone(), to_json(value)?)))
                .collect(),
        ),
    })
}

/// The JSON of whatever stands in a map or list, shared types included.
pub(crate) fn out_to_json<T: ReadTxn>(out: &Out, txn: &T) -> Option<Value> {
    match out {
        Out::Any(any) => to_json(any),
        shared => to_json(&shared.to_json(txn)),
    }
}

/// The value that JavaScript would write for this JSON.
pub(crate) fn from_json(value: &Value) -> Any {
    match value {
        Value::Null => Any::Null,
        Value::Bool(value) => Any::Bool(*value),
        Value::Number(number) => Any::Number(match number.as_i64() {
            Some(whole) => Number::Int(whole),
            None => Number::Float(number.as_f64().unwrap_or_default()),
        }),
        Value::String(text) => Any::String(Arc::from(text.as_str())),
        Value::Array(items) => Any::Array(items.iter().map(from_json).collect()),
        Value::Object(entries) => Any::Map(Arc::new(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), from_json(value)))
                .collect::<HashMap<_, _>>(),
        )),
    }
}

/// A whole number, also where it was written as text (`"2"`).
pub(crate) fn whole(out: &Out) -> Option<i64> {
    match out {
        Out::Any(Any::Number(number)) => number.as_i64(),
        Out::Any(Any::String(text)) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A truth value, also where it was written as text (`"true"`).
pub(crate) fn truth(out: &Out) -> Option<bool> {
    match out {
        Out::Any(Any::Bool(value)) => Some(*value),
        Out::Any(Any::String(text)) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A text.
pub(crate) fn text<T: ReadTxn>(out: &Out, txn: &T) -> Option<String> {
    use yrs::GetString as _;
    match out {
        Out::Any(Any::String(text)) => Some(text.as_ref().to_owned()),
        Out::YText(text) => Some(text.get_string(txn)),
        _ => None,
    }
}
