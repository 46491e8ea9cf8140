//! What comes in goes out again: files of others, made files, definitions of ours.

mod definitions;
mod fixtures;
mod hostile;
mod samples;

use super::{How, Imported, Remark, export, import};
use crate::{
    Key,
    definition::{Definition, Node},
};

fn key(text: &str) -> Key {
    Key::new(text).expect("a name")
}

fn node<'a>(definition: &'a Definition, id: &str) -> &'a Node {
    let found = definition.nodes.iter().find(|node| &*node.id == id);
    found.unwrap_or_else(|| panic!("node {id} is not there"))
}

fn remark<'a>(imported: &'a Imported, place: &str, name: &str) -> &'a Remark {
    let mut found = imported
        .report
        .iter()
        .filter(|one| one.place == place && one.name == name);
    let first = found
        .next()
        .unwrap_or_else(|| panic!("no remark on {name} of {place}: {:#?}", imported.report));
    assert!(found.next().is_none(), "two remarks on {name} of {place}");
    first
}

/// Imports, exports and imports again: nothing changes, and a second export is the same text.
fn round_trip(xml: &[u8]) -> Imported {
    let first = import(xml).expect("it is read");
    let written = export(&first.definitions, Some(&first.frame)).expect("it is written");
    let second = import(written.as_bytes()).expect("what was written is read");
    for (one, two) in first.definitions.iter().zip(&second.definitions) {
        assert_eq!(
            one.to_json(),
            two.to_json(),
            "a definition came back changed"
        );
    }
    assert_eq!(first.definitions, second.definitions);
    let again = export(&second.definitions, Some(&second.frame)).expect("it is written again");
    assert_eq!(written, again, "a second export differs");
    assert!(
        !written.contains("&quot;whole&quot;"),
        "BPMN and its extensions do not suffice"
    );
    assert!(
        !written.contains("\"whole\""),
        "BPMN and its extensions do not suffice"
    );
    first
}

fn file(content: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
  targetNamespace="urn:test">{content}</definitions>"#
    )
}

fn process(content: &str) -> String {
    file(&format!(
        r#"<process id="p" name="请假">{content}</process>"#
    ))
}
