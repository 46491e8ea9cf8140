//! The command table as `OpenAPI` 3.1, for whoever speaks to the server without the page. The schemas come
//! from the very declarations that the page's TypeScript is made of: there is no second description.

use serde_json::{Map, Value, json};

use crate::{ApiError, Row, row::Permission, table, typescript::Declarations};

/// The document: every command that the server answers.
pub fn document(version: &str) -> Value {
    let mut declarations = Declarations::new();
    declarations.declare::<ApiError>();
    let mut paths = Map::new();
    for row in table().filter(|row| row.in_browser()) {
        let (args, answer) = (row.describe)(&mut declarations);
        paths.insert(
            format!("/api/{}", row.name),
            json!({ "post": operation(row, &args, &answer) }),
        );
    }
    let mut schemas = Map::new();
    for (name, declaration) in declarations.found() {
        let said = declaration.split_once('=').map_or("", |(_, said)| said);
        schemas.insert(name.clone(), schema(said));
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Andu", "version": version },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "__Host-andu" },
                "device": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn operation(row: &Row, args: &str, answer: &str) -> Value {
    let security = match row.permission {
        Permission::Anyone => json!([]),
        _ => json!([{ "session": [] }, { "device": [] }]),
    };
    let of = |schema: Value| json!({ "application/json": { "schema": schema } });
    json!({
        "operationId": row.name,
        "security": security,
        "x-permission": row.permission.grant().map(andu_org::Grant::name),
        "requestBody": { "required": true, "content": of(schema(args)) },
        "responses": {
            "200": { "description": "done", "content": of(schema(answer)) },
            "default": { "description": "refused", "content": of(schema("ApiError")) },
        },
    })
}

/// The schema of a type as TypeScript writes it.
fn schema(typescript: &str) -> Value {
    let mut reader = Words(words(typescript).into_iter().peekable());
    reader.union()
}

/// Words and signs of a type; comments are left out.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("/*") => {
                let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
                rest = &rest[end..];
                continue;
            }
            '"' => rest[1..].find('"').map_or(rest.len(), |at| at + 2),
            _ if first.is_alphanumeric() || matches!(first, '_' | '-' | '.') => rest
                .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.'))
                .unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (word, after) = rest.split_at(length);
        if !word.trim().is_empty() && word != ";" {
            words.push(word.to_owned());
        }
        rest = after;
    }
    words
}

struct Words(std::iter::Peekable<std::vec::IntoIter<String>>);

impl Words {
    fn takes(&mut self, sign: &str) -> bool {
        self.0.next_if(|word| word == sign).is_some()
    }

    /// One of several.
    fn union(&mut self) -> Value {
        self.takes("|");
        let mut any = vec![self.both()];
        while self.takes("|") {
            any.push(self.both());
        }
        if any.len() == 1 {
            return any.remove(0);
        }
        if let Some(words) = any
            .iter()
            .map(|one| one.get("const"))
            .collect::<Option<Vec<_>>>()
        {
            return json!({ "enum": words });
        }
        json!({ "anyOf": any })
    }

    /// All of several.
    fn both(&mut self) -> Value {
        let mut all = vec![self.one()];
        while self.takes("&") {
            all.push(self.one());
        }
        match all.len() {
            1 => all.remove(0),
            _ => json!({ "allOf": all }),
        }
    }

    fn one(&mut self) -> Value {
        let mut said = self.bare();
        while self.takes("[") {
            self.takes("]");
            said = json!({ "type": "array", "items": said });
        }
        said
    }

    fn bare(&mut self) -> Value {
        let word = self.0.next().unwrap_or_default();
        match word.as_str() {
            "(" => {
                let said = self.union();
                self.takes(")");
                said
            }
            "{" => self.object(),
            "[" => self.tuple(),
            "string" | "boolean" | "number" | "null" => json!({ "type": word }),
            "unknown" | "any" | "" => json!({}),
            "never" => json!({ "not": {} }),
            "true" | "false" => json!({ "const": word == "true" }),
            _ if word.starts_with('"') => json!({ "const": word.trim_matches('"') }),
            _ if word.parse::<f64>().is_ok() => json!({ "const": word.parse::<f64>().ok() }),
            _ => self.named(&word),
        }
    }

    /// `Array<T>`, `Record<K, V>`, or a type of its own.
    fn named(&mut self, name: &str) -> Value {
        let mut of = Vec::new();
        if self.takes("<") {
            of.push(self.union());
            while self.takes(",") {
                of.push(self.union());
            }
            self.takes(">");
        }
        match (name, of.pop()) {
            ("Array", Some(items)) => json!({ "type": "array", "items": items }),
            ("Record" | "Partial", Some(values)) => {
                json!({ "type": "object", "additionalProperties": values })
            }
            _ => json!({ "$ref": format!("#/components/schemas/{name}") }),
        }
    }

    fn tuple(&mut self) -> Value {
        let mut items = Vec::new();
        while !self.takes("]") && self.0.peek().is_some() {
            items.push(self.union());
            self.takes(",");
        }
        json!({ "type": "array", "prefixItems": items, "minItems": items.len(), "items": false })
    }

    fn object(&mut self) -> Value {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        while !self.takes("}") && self.0.peek().is_some() {
            if self.takes("[") {
                // `[key in string]`: any name.
                while !self.takes("]") && self.0.next().is_some() {}
                self.takes("?");
                self.takes(":");
                let values = self.union();
                self.takes(",");
                self.takes("}");
                return json!({ "type": "object", "additionalProperties": values });
            }
            let name = self.0.next().unwrap_or_default();
            let name = name.trim_matches('"').to_owned();
            if !self.takes("?") {
                required.push(name.clone());
            }
            self.takes(":");
            properties.insert(name, self.union());
            self.takes(",");
        }
        json!({ "type": "object", "properties": properties, "required": required })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                found.extend(object.get("$ref").and_then(Value::as_str));
                object.values().for_each(|value| refs(value, found));
            }
            Value::Array(array) => array.iter().for_each(|value| refs(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_command_of_the_server_is_there_and_every_reference_leads_somewhere() {
        let document = document("0");
        for row in table() {
            let path = &document["paths"][format!("/api/{}", row.name)];
            assert_eq!(path.is_null(), !row.in_browser(), "{}", row.name);
        }
        let mut found = Vec::new();
        refs(&document, &mut found);
        assert!(found.len() > 20, "{found:?}");
        for reference in found {
            let at = reference.trim_start_matches('#');
            let to = document
                .pointer(at)
                .unwrap_or_else(|| panic!("{reference} is nowhere"));
            assert_ne!(to, &json!({}), "{reference} says nothing");
        }
    }

    #[test]
    fn a_schema_says_what_the_wire_says() {
        let settings = json!(crate::setting::Settings::default());
        let document = document("0");
        let schema = &document["components"]["schemas"]["Settings"];
        let (wire, said) = (settings.as_object(), schema["properties"].as_object());
        let (wire, said) = (wire.expect("an object"), said.expect("properties"));
        assert_eq!(
            wire.keys().collect::<Vec<_>>(),
            said.keys().collect::<Vec<_>>()
        );
        for (name, value) in wire {
            let kind = match value {
                Value::String(_) => "string",
                Value::Bool(_) => "boolean",
                Value::Array(_) => "array",
                _ => "number",
            };
            assert_eq!(said[name]["type"], kind, "{name}");
        }
    }

    #[test]
    fn types_are_read_as_they_are_written() {
        let cases = [
            (
                "Array<string> | null",
                json!({ "anyOf": [
                { "type": "array", "items": { "type": "string" } }, { "type": "null" },
            ] }),
            ),
            ("\"a\" | \"b\"", json!({ "enum": ["a", "b"] })),
            (
                "{ [key in string]: Tag }",
                json!({
                    "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Tag" },
                }),
            ),
            (
                "{ \"kind\": \"x\", /** why */ n?: number, }",
                json!({
                    "type": "object",
                    "properties": { "kind": { "const": "x" }, "n": { "type": "number" } },
                    "required": ["kind"],
                }),
            ),
            (
                "[number, string]",
                json!({
                    "type": "array", "minItems": 2, "items": false,
                    "prefixItems": [{ "type": "number" }, { "type": "string" }],
                }),
            ),
        ];
        for (typescript, wanted) in cases {
            assert_eq!(schema(typescript), wanted, "{typescript}");
        }
    }
}
