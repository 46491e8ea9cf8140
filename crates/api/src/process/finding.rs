//! What the checks of a definition found, as sentences.

use andu_workflow::{
    check::{Finding, Fix},
    definition::{Definition, Value},
};

use crate::{draft::word, text};

/// A node or flow as people call it.
pub fn title(definition: &Definition, place: &str) -> String {
    if let Some(node) = definition.nodes.iter().find(|node| *node.id == *place) {
        return if node.title.is_empty() {
            place.to_owned()
        } else {
            node.title.clone()
        };
    }
    let Some(flow) = definition.flows.iter().find(|flow| *flow.id == *place) else {
        return place.to_owned();
    };
    match flow.title.as_str() {
        "" => format!(
            "{}→{}",
            title(definition, &flow.from),
            title(definition, &flow.to)
        ),
        title => title.to_owned(),
    }
}

/// What a finding says, as a sentence.
pub fn sentence(definition: &Definition, found: &Finding) -> String {
    let quoted = |place: &String| format!("“{place}”");
    let titles: Vec<String> = found
        .places
        .iter()
        .map(|place| title(definition, place))
        .collect();
    let mut fields: std::collections::BTreeMap<String, String> = titles
        .iter()
        .enumerate()
        .map(|(at, title)| (at.to_string(), title.clone()))
        .collect();
    let all: Vec<String> = titles.iter().map(quoted).collect();
    let rest: Vec<String> = titles.iter().skip(1).map(quoted).collect();
    let names: Vec<String> = found.names.iter().map(ToString::to_string).collect();
    let example: Vec<String> = found
        .example
        .iter()
        .map(|entry| {
            let item = definition.items.iter().find(|item| item.name == entry.item);
            let name = item.map_or_else(|| entry.item.to_string(), |item| item.title.clone());
            match &entry.value {
                None => format!("“{name}”未填写"),
                Some(value) => format!("“{name}”为{}", shown(value)),
            }
        })
        .collect();
    fields.insert("all".to_owned(), all.join("、"));
    fields.insert("rest".to_owned(), rest.join("、"));
    fields.insert("names".to_owned(), names.join("、"));
    fields.insert("example".to_owned(), example.join("，"));
    fields.insert(
        "number".to_owned(),
        found
            .number
            .map(|number| number.to_string())
            .unwrap_or_default(),
    );
    fields.insert(
        "most".to_owned(),
        found.most.map(|most| most.to_string()).unwrap_or_default(),
    );
    text::sentence(&format!("process_check.{}", word(&found.code)), &fields)
}

fn shown(value: &Value) -> String {
    match value {
        Value::YesNo(true) => "“是”".to_owned(),
        Value::YesNo(false) => "“否”".to_owned(),
        Value::Number(number) => format!(" {number} "),
        Value::Text(text) => format!("“{text}”"),
        Value::List(list) => format!("“{}”", list.join("、")),
    }
}

/// What a quick fix would do, as a sentence.
pub fn fix_sentence(definition: &Definition, fix: &Fix) -> Option<String> {
    let value = serde_json::to_value(fix).ok()?;
    let object = value.as_object()?;
    let kind = object.get("fix")?.as_str()?;
    let fields = object
        .iter()
        .map(|(name, value)| {
            let value = match value.as_str() {
                Some(text) => title(definition, text),
                None => value.to_string(),
            };
            (name.clone(), value)
        })
        .collect();
    Some(text::sentence(&format!("process_fix.{kind}"), &fields))
}
